"""On PostgreSQL a new person's facets are set as the row is written, not looked for among the rows that lack them.

The trigger of 0021 wrote each new row a second time, found by its number among all whose facets are still empty: within
one import these are all that came before, and the 100,000th reads 99,999. A new person has no posts and certificates
yet, so that nothing has to be looked up. SQLite finds the row by its number alone and keeps its trigger.
"""

from alembic import op

revision = "0039_people_begin"
down_revision = "0038_evidence"

FUNCTION = """
CREATE FUNCTION tr_people_begin() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.facets IS NULL THEN
    NEW.facets := CASE WHEN NEW.withdrawn_on IS NULL THEN CASE WHEN NEW.has_law_qualification THEN 1 ELSE 0 END END;
    NEW.certified_until := DATE '0001-01-01';
    NEW.name_rest := substr(NEW.name, 2);
  END IF;
  RETURN NEW;
END $$
"""


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("DROP TRIGGER tr_people_complete ON people")  # its function stays for the way down
    op.execute(FUNCTION)
    op.execute("CREATE TRIGGER tr_people_begin BEFORE INSERT ON people FOR EACH ROW EXECUTE FUNCTION tr_people_begin()")


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("DROP TRIGGER tr_people_begin ON people")
    op.execute("DROP FUNCTION tr_people_begin()")
    op.execute(
        "CREATE TRIGGER tr_people_complete AFTER INSERT ON people FOR EACH ROW EXECUTE FUNCTION tr_people_complete()"
    )

"""Papers that left the office, kept as they were: data, template version, sealed bytes, hash, and a ledger of copies.

The data of a paper never changes; its bytes are added once and never touched again.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0027_papers"
down_revision = "0026_applications"

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
FROZEN = ("kind", "number", "title", "department_id", "person_id", "refusal_id", "data_sha256", "line_count")
PRINTED = ("template_version", "pdf_sealed", "pdf_sha256", "printed_at")


def upgrade() -> None:
    op.create_table(
        "papers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("number", sa.String(60), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("refusal_id", sa.Integer(), nullable=True),
        sa.Column("data_sha256", sa.String(64), nullable=False),
        sa.Column("line_count", sa.Integer(), nullable=False),
        sa.Column("template_version", sa.String(40), nullable=True),
        sa.Column("pdf_sha256", sa.String(64), nullable=True),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data", JSON, nullable=False),  # the large ones come last: SQLite reads through all before a column
        sa.Column("pdf_sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["department_id"], ["departments.id"], name="fk_papers_department_id_departments"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_papers_person_id_people"),
        sa.ForeignKeyConstraint(["refusal_id"], ["refusals.id"], name="fk_papers_refusal_id_refusals"),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_papers_job_id_jobs"),
        sa.PrimaryKeyConstraint("id", name="pk_papers"),
        sa.UniqueConstraint("number", name="uq_papers_number"),
        sa.UniqueConstraint("refusal_id", name="uq_papers_refusal_id"),
        sa.CheckConstraint(
            "(pdf_sealed IS NULL) = (pdf_sha256 IS NULL) AND (pdf_sealed IS NULL) = (printed_at IS NULL)"
            " AND (pdf_sealed IS NULL) = (template_version IS NULL)",
            name="ck_papers_printed_whole_or_not_at_all",
        ),
    )
    op.create_index("ix_papers_kind", "papers", ["kind", "id"])
    op.create_index("ix_papers_person_id", "papers", ["person_id"])
    op.create_table(
        "paper_certificates",
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name="fk_paper_certificates_paper_id_papers"),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificates.id"], name="fk_paper_certificates_certificate_id_certificates"
        ),
        sa.PrimaryKeyConstraint("paper_id", "position", name="pk_paper_certificates"),
    )
    op.create_index("ix_paper_certificates_certificate_id", "paper_certificates", ["certificate_id", "paper_id"])
    op.create_table(
        "paper_copies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("copy_number", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name="fk_paper_copies_paper_id_papers"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_paper_copies_account_id_accounts"),
        sa.PrimaryKeyConstraint("id", name="pk_paper_copies"),
        sa.UniqueConstraint("paper_id", "copy_number", name="uq_paper_copies_paper_id_copy_number"),
    )
    for name, table, event, condition, message in _triggers(op.get_bind().dialect.name == "sqlite"):
        _create(name, table, event, condition, message)


def downgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    names = [name for name, *_ in _triggers(sqlite)]
    for table in ("paper_copies", "paper_certificates", "papers"):
        op.drop_table(table)
    if not sqlite:
        for name in names:
            op.execute(f"DROP FUNCTION {name}()")


def _triggers(sqlite: bool) -> list[tuple[str, str, str, str, str]]:
    differs = "IS NOT" if sqlite else "IS DISTINCT FROM"
    changed = [f"NEW.{column} {differs} OLD.{column}" for column in FROZEN]
    changed.append(f"NEW.data{'' if sqlite else '::text'} {differs} OLD.data{'' if sqlite else '::text'}")
    append_only = [
        (f"tr_{table}_never_{verb}", table, event, "1 = 1", f"{table} is append-only")
        for table in ("paper_copies", "paper_certificates")
        for verb, event in (("change", "UPDATE"), ("go", "DELETE"))
    ]
    return [
        ("tr_papers_stay_as_issued", "papers", "UPDATE", " OR ".join(changed), "a paper stays as it was issued"),
        (
            "tr_papers_stay_as_printed",
            "papers",
            f"UPDATE OF {', '.join(PRINTED)}",
            "OLD.pdf_sha256 IS NOT NULL",
            "a paper stays as it was printed",
        ),
        ("tr_papers_never_go", "papers", "DELETE", "1 = 1", "a paper is never deleted"),
        *append_only,
    ]


def _create(name: str, table: str, event: str, condition: str, message: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {condition}"
            f" BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )
        return
    answer = "OLD" if event == "DELETE" else "NEW"
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {condition} THEN "
        f"RAISE EXCEPTION '{message}' USING ERRCODE = 'restrict_violation'; END IF; RETURN {answer}; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")

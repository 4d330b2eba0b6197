"""A PostgreSQL database put back between two tests: to empty and fill it costs a tenth of what it costs to make one."""

from sqlalchemy import text

from registry.db import make_engine

# Whatever a test may do to tables, triggers, constraints and functions changes this.
SHAPE = """
SELECT md5(string_agg(thing, ',' ORDER BY thing)) FROM (
    SELECT 't' || oid || '-' || xmin FROM pg_trigger
    UNION ALL SELECT 'k' || oid || '-' || xmin FROM pg_constraint
    UNION ALL SELECT 'f' || oid || '-' || xmin FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT 'c' || oid || '-' || relname || relnatts FROM pg_class WHERE relnamespace = 'public'::regnamespace
) AS things (thing)
"""

REMEMBER = (
    "CREATE SCHEMA kept",
    """
DO $$ DECLARE name text; filled boolean; BEGIN
    FOR name IN SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE 'SELECT EXISTS (SELECT 1 FROM public.' || name || ')' INTO filled;
        IF filled THEN EXECUTE 'CREATE TABLE kept.' || name || ' AS TABLE public.' || name; END IF;
    END LOOP;
END $$""",
    """
CREATE TABLE kept."their numbers" AS SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'""",
    # One statement, planned once, asks every table; as a view it would keep a test from dropping one.
    """
DO $$ DECLARE asked text; BEGIN
    SELECT string_agg('SELECT ' || quote_literal(quote_ident(tablename)) || '::text WHERE EXISTS (SELECT 1 FROM public.'
        || quote_ident(tablename) || ')', ' UNION ALL ') INTO asked FROM pg_tables WHERE schemaname = 'public';
    EXECUTE 'CREATE FUNCTION kept.filled() RETURNS SETOF text LANGUAGE plpgsql AS '
        || quote_literal('BEGIN RETURN QUERY ' || asked || '; END');
END $$""",
    """
CREATE FUNCTION kept.restore() RETURNS void LANGUAGE plpgsql AS $$ DECLARE name text; BEGIN
    PERFORM set_config('session_replication_role', 'replica', true);  -- neither triggers nor foreign keys hinder
    FOR name IN SELECT * FROM kept.filled() LOOP
        EXECUTE 'DELETE FROM public.' || name;
    END LOOP;
    FOR name IN SELECT quote_ident(tablename) FROM pg_tables
        WHERE schemaname = 'kept' AND tablename <> 'their numbers' LOOP
        EXECUTE 'INSERT INTO public.' || name || ' SELECT * FROM kept.' || name;
    END LOOP;
    PERFORM setval(quote_ident(sequencename)::regclass, coalesce(kept.last_value, 1), kept.last_value IS NOT NULL)
        FROM kept."their numbers" AS kept JOIN pg_sequences AS now USING (sequencename)
        WHERE now.schemaname = 'public' AND now.last_value IS DISTINCT FROM kept.last_value;
END $$""",
)

# Whoever a test left behind in the middle of something: a worker that was killed, its tables. The application's own
# connections rest between two tests and stay, with all that they have read of the schema.
ALONE = """
SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND state <> 'idle'
"""
OTHERS = """
SELECT quote_ident(nspname) FROM pg_namespace
WHERE nspname NOT IN ('public', 'kept', 'information_schema') AND nspname NOT LIKE 'pg\\_%'
"""


class Restored:
    """The database at this address, as it is now, again and again."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._engine = make_engine(url).execution_options(isolation_level="AUTOCOMMIT")
        with self._engine.connect() as connection:
            for statement in REMEMBER:
                connection.exec_driver_sql(statement)
            self._shape = connection.scalar(text(SHAPE))

    def restore(self) -> bool:
        """Put back every row and number; False when a test changed more than rows, and it must be made anew."""
        with self._engine.connect() as connection:
            connection.execute(text(ALONE))
            for schema in connection.scalars(text(OTHERS)).all():
                connection.exec_driver_sql(f"DROP SCHEMA {schema} CASCADE")
            same = bool(connection.scalar(text(SHAPE)) == self._shape)
            if same:
                connection.exec_driver_sql("SELECT kept.restore()")
            return same

    def close(self) -> None:
        self._engine.dispose()

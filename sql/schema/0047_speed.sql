-- Lists and counts of registers with a million entries: everything that a list tries stands in its index.
CREATE INDEX entry_newest ON entry (school, register, id, class, root, state);
CREATE INDEX entry_by_state ON entry (school, register, state, id, class, root);
DROP INDEX entry_by_register;

-- Whether the same notice waits already.
CREATE INDEX outbox_same ON outbox (school, person, kind, link) WHERE sent_utc IS NULL;

-- only: postgres
DO $$
DECLARE p record;
BEGIN
  FOR p IN SELECT tablename, policyname FROM pg_policies WHERE schemaname = current_schema() AND policyname = tablename || '_school' LOOP
    EXECUTE format('ALTER POLICY %I ON %I USING ((SELECT gatehouse_school()) = 0 OR school = (SELECT gatehouse_school()))', p.policyname, p.tablename);
  END LOOP;
END $$;
-- end

-- Questions that stand, at their asker and at their owners (`incoming`), as in SQLite.
CREATE TABLE standing (
    owner    TEXT COLLATE "C" NOT NULL,
    query_id TEXT COLLATE "C" NOT NULL,
    incoming BIGINT NOT NULL,
    stands   BIGINT NOT NULL,
    changed  BIGINT NOT NULL,
    body     BYTEA NOT NULL,
    PRIMARY KEY (owner, query_id, incoming)
);
CREATE INDEX standing_now ON standing (incoming) WHERE stands = 1;

-- Of which events an owner gives notice to whom.
CREATE TABLE notice_flow (
    owner   TEXT COLLATE "C" NOT NULL,
    id      TEXT COLLATE "C" NOT NULL,
    stands  BIGINT NOT NULL,
    changed BIGINT NOT NULL,
    body    BYTEA NOT NULL,
    PRIMARY KEY (owner, id)
);

-- Behind the wall between owners (0004).
CREATE POLICY of_owner ON standing USING (owner = (SELECT current_setting('comity.owner', true)));
CREATE POLICY of_owner ON notice_flow USING (owner = (SELECT current_setting('comity.owner', true)));
DO $$
DECLARE
    walled TEXT;
BEGIN
    FOREACH walled IN ARRAY ARRAY['standing', 'notice_flow'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', walled);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', walled);
        EXECUTE format(
            'CREATE POLICY of_every_owner ON %I USING ((SELECT current_setting(''comity.owner'', true)) = ''*'')', walled
        );
    END LOOP;
END $$;

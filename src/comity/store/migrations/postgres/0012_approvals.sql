-- Questions that need a second person of the asking agency, as in SQLite.
CREATE TABLE approval (
    id      TEXT COLLATE "C" NOT NULL,
    owner   TEXT COLLATE "C" NOT NULL,
    changed BIGINT NOT NULL,
    body    BYTEA NOT NULL,
    PRIMARY KEY (owner, id)
);

-- What members asked in the last month, as in SQLite.
CREATE TABLE look_up (
    owner    TEXT COLLATE "C" NOT NULL,
    member   TEXT COLLATE "C" NOT NULL,
    at_ms    BIGINT NOT NULL,
    query_id TEXT COLLATE "C" NOT NULL,
    body     BYTEA NOT NULL,
    PRIMARY KEY (owner, member, at_ms, query_id)
);
CREATE INDEX look_up_time ON look_up (owner, at_ms);

-- Behind the wall between owners (0004).
CREATE POLICY of_owner ON approval USING (owner = (SELECT current_setting('comity.owner', true)));
CREATE POLICY of_owner ON look_up USING (owner = (SELECT current_setting('comity.owner', true)));
DO $$
DECLARE
    walled TEXT;
BEGIN
    FOREACH walled IN ARRAY ARRAY['approval', 'look_up'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', walled);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', walled);
        EXECUTE format(
            'CREATE POLICY of_every_owner ON %I USING ((SELECT current_setting(''comity.owner'', true)) = ''*'')', walled
        );
    END LOOP;
END $$;

-- What an owner tells foreign partners, as in SQLite.
CREATE TABLE transmission (
    id      TEXT COLLATE "C" NOT NULL,
    owner   TEXT COLLATE "C" NOT NULL,
    changed BIGINT NOT NULL,
    body    BYTEA NOT NULL,
    PRIMARY KEY (owner, id)
);

-- To which partners an owner transmits nothing for the time being.
CREATE TABLE suspension (
    id      TEXT COLLATE "C" NOT NULL,
    owner   TEXT COLLATE "C" NOT NULL,
    changed BIGINT NOT NULL,
    body    BYTEA NOT NULL,
    PRIMARY KEY (owner, id)
);

-- Behind the wall between owners (0004).
CREATE POLICY of_owner ON transmission USING (owner = (SELECT current_setting('comity.owner', true)));
CREATE POLICY of_owner ON suspension USING (owner = (SELECT current_setting('comity.owner', true)));
DO $$
DECLARE
    walled TEXT;
BEGIN
    FOREACH walled IN ARRAY ARRAY['transmission', 'suspension'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', walled);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', walled);
        EXECUTE format(
            'CREATE POLICY of_every_owner ON %I USING ((SELECT current_setting(''comity.owner'', true)) = ''*'')', walled
        );
    END LOOP;
END $$;

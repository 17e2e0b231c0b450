-- What people asked of an owner about its records, as in SQLite.
CREATE TABLE petition (
    id      TEXT COLLATE "C" NOT NULL,
    owner   TEXT COLLATE "C" NOT NULL,
    changed BIGINT NOT NULL,
    body    BYTEA NOT NULL,
    PRIMARY KEY (owner, id)
);

-- Behind the wall between owners (0004).
CREATE POLICY of_owner ON petition USING (owner = (SELECT current_setting('comity.owner', true)));
CREATE POLICY of_every_owner ON petition USING ((SELECT current_setting('comity.owner', true)) = '*');
ALTER TABLE petition ENABLE ROW LEVEL SECURITY;
ALTER TABLE petition FORCE ROW LEVEL SECURITY;

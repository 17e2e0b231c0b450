-- Findings of misuse that an owner's privacy officer looks into, as in SQLite.
CREATE TABLE finding (
    id      TEXT COLLATE "C" NOT NULL,
    owner   TEXT COLLATE "C" NOT NULL,
    changed BIGINT NOT NULL,
    body    BYTEA NOT NULL,
    PRIMARY KEY (owner, id)
);

-- Behind the wall between owners (0004).
CREATE POLICY of_owner ON finding USING (owner = (SELECT current_setting('comity.owner', true)));
CREATE POLICY of_every_owner ON finding USING ((SELECT current_setting('comity.owner', true)) = '*');
ALTER TABLE finding ENABLE ROW LEVEL SECURITY;
ALTER TABLE finding FORCE ROW LEVEL SECURITY;

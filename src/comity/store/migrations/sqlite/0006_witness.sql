-- The newest checkpoint of each other log that this node cosigned as a witness, with its own line. A newer one replaces it
-- only where the one before is the one that it was checked against.
CREATE TABLE cosigned (
    origin TEXT PRIMARY KEY,
    size   INTEGER NOT NULL,
    note   TEXT NOT NULL
) STRICT;

-- The newest checkpoint of the own log that a quorum of witnesses cosigned.
CREATE TABLE witnessed (
    id   INTEGER PRIMARY KEY CHECK (id = 1),
    size INTEGER NOT NULL,
    note TEXT NOT NULL
) STRICT;
INSERT INTO witnessed VALUES (1, 0, '');

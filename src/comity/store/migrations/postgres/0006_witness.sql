-- The newest checkpoint of each other log that this node cosigned as a witness, with its own line. A newer one replaces it
-- only where the one before is the one that it was checked against.
CREATE TABLE cosigned (
    origin TEXT COLLATE "C" PRIMARY KEY,
    size   BIGINT NOT NULL,
    note   TEXT COLLATE "C" NOT NULL
);

-- The newest checkpoint of the own log that a quorum of witnesses cosigned.
CREATE TABLE witnessed (
    id   BIGINT PRIMARY KEY CHECK (id = 1),
    size BIGINT NOT NULL,
    note TEXT COLLATE "C" NOT NULL
);
INSERT INTO witnessed VALUES (1, 0, '');

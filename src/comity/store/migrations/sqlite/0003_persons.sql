-- Which of an owner's records are one person: acts of its custodians, numbered, never changed but by a purge, which
-- strikes its records out of them. `person_act_record` finds the acts that name a record.
CREATE TABLE person_act (
    id     TEXT PRIMARY KEY,
    owner  TEXT NOT NULL,
    number INTEGER NOT NULL,
    undoes TEXT NOT NULL,
    body   BLOB NOT NULL,
    UNIQUE (owner, number)
) STRICT;
CREATE INDEX person_act_undoes ON person_act (undoes) WHERE undoes <> '';
CREATE TABLE person_act_record (
    owner     TEXT NOT NULL,
    record_id TEXT NOT NULL,
    act       TEXT NOT NULL REFERENCES person_act (id),
    PRIMARY KEY (owner, record_id, act)
) STRICT, WITHOUT ROWID;

-- What the acts amount to, written in the transaction that changes them. An appearance that stands here alone would say
-- nothing, so only persons of two and more are kept.
CREATE TABLE person_member (
    owner      TEXT NOT NULL,
    record_id  TEXT NOT NULL,
    person_key TEXT NOT NULL,
    person     TEXT NOT NULL,
    PRIMARY KEY (owner, record_id, person_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX person_member_person ON person_member (owner, person);

-- Every text that the note of a run had, so that one can be put back.

CREATE TABLE note (
    run_no INTEGER NOT NULL,
    noted_at BIGINT NOT NULL,
    text VARCHAR NOT NULL
);

INSERT INTO note SELECT run_no, logged_at, value FROM tag JOIN key USING (key_no) WHERE key = 'celltrail.note';

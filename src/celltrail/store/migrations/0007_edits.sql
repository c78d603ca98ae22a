-- What people do to runs afterwards: tags taken off, and views of the runs table that were kept.

CREATE TABLE tag_removal (  -- a tag that was set later than it was removed is there all the same
    run_no INTEGER NOT NULL,
    key_no INTEGER NOT NULL,
    removed_at BIGINT NOT NULL
);

CREATE TABLE saved_view (  -- by its name the latest; one that was removed stays as an empty definition
    name VARCHAR NOT NULL,
    saved_at BIGINT NOT NULL,
    definition VARCHAR NOT NULL
);

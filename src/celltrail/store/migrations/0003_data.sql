-- Versions of data over time: `celltrail data`. Cells folded before say it in their own records, and are read here once.

CREATE TABLE data_use (  -- one read, write or naming of data by a cell
    execution_id VARCHAR NOT NULL,
    used_at BIGINT NOT NULL,
    name VARCHAR NOT NULL,  -- what celltrail.dataset called it, where it did
    source VARCHAR NOT NULL,  -- a path relative to the project's root, or a URI; empty of a frame
    kind VARCHAR NOT NULL,
    mode VARCHAR NOT NULL,  -- read, write or named
    version VARCHAR NOT NULL,  -- the source's own id
    digest VARCHAR NOT NULL,
    size_bytes BIGINT,
    row_count BIGINT,
    note VARCHAR NOT NULL
);

CREATE TABLE dataset_content (  -- which blob holds the content of a version; an empty one says that it was not kept
    digest VARCHAR NOT NULL,
    blob VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    size_bytes BIGINT NOT NULL,
    media_type VARCHAR NOT NULL,
    kept_at BIGINT NOT NULL,
    note VARCHAR NOT NULL
);

ALTER TABLE dataset_version ADD COLUMN version VARCHAR DEFAULT '';

INSERT INTO data_use
SELECT execution_id, coalesce(ended_at, started_at), '', file.path, 'file', file.mode, '', coalesce(file.digest, ''),
    file.size_bytes, NULL, ''
FROM (
    SELECT execution_id, ended_at, started_at, unnest(from_json(files_json,
        '[{"path":"VARCHAR","mode":"VARCHAR","digest":"VARCHAR","size_bytes":"BIGINT"}]')) AS file
    FROM cell_execution WHERE files_json <> '[]'
);

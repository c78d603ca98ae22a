-- The words of the trail as tables (docs/store.md). Ids of runs, keys and series are small integers here, so that the
-- wide scans of a page touch no text. There are no indexes and no primary keys: one fold at a time writes, in bulk, and
-- keeps rows unique itself; an index would double what a fold costs and answer no question that a scan does not.
-- Times are microseconds since the epoch. Columns that end in _json hold one record in celltrail's JSON.

CREATE TABLE writer (  -- one process that writes journals; says who is alive
    writer VARCHAR NOT NULL,
    opened_json VARCHAR NOT NULL,
    last_event_at BIGINT NOT NULL
);

CREATE TABLE segment (  -- how far each journal file is folded; state is open, sealed, quarantined or refused
    name VARCHAR NOT NULL,
    position BIGINT NOT NULL,
    state VARCHAR NOT NULL
);

CREATE TABLE session (
    session_id VARCHAR NOT NULL,
    writer VARCHAR NOT NULL,
    is_known BOOLEAN NOT NULL,  -- false while only its end, not its start, was folded
    is_presumed BOOLEAN NOT NULL,  -- its status was concluded from a dead process, not read
    status VARCHAR NOT NULL,
    started_at BIGINT NOT NULL,
    ended_at BIGINT,
    notebook_path VARCHAR NOT NULL,
    kernel_id VARCHAR NOT NULL,
    front_end VARCHAR NOT NULL,
    python VARCHAR NOT NULL,
    environment_digest VARCHAR NOT NULL,
    hardware_digest VARCHAR NOT NULL,
    parameters_json VARCHAR NOT NULL,
    working_directory VARCHAR NOT NULL
);

CREATE TABLE kernel_path (  -- where a kernel's notebook is now; a rename may be folded before the session
    kernel_id VARCHAR NOT NULL,
    renamed_at BIGINT NOT NULL,
    notebook_path VARCHAR NOT NULL
);

CREATE TABLE cell_execution (
    execution_id VARCHAR NOT NULL,
    writer VARCHAR NOT NULL,
    is_known BOOLEAN NOT NULL,
    is_presumed BOOLEAN NOT NULL,
    session_id VARCHAR NOT NULL,
    cell_id VARCHAR NOT NULL,
    execution_count BIGINT NOT NULL,
    status VARCHAR NOT NULL,
    started_at BIGINT NOT NULL,
    ended_at BIGINT,
    duration_s DOUBLE,
    cpu_s DOUBLE NOT NULL,
    peak_memory_bytes BIGINT NOT NULL,
    source VARCHAR NOT NULL,
    source_crc32 BIGINT NOT NULL,
    source_length BIGINT NOT NULL,
    tags_json VARCHAR NOT NULL,
    error_json VARCHAR,
    names_read_json VARCHAR NOT NULL,
    names_written_json VARCHAR NOT NULL,
    files_json VARCHAR NOT NULL,
    outputs_json VARCHAR NOT NULL,
    notes_json VARCHAR NOT NULL
);

CREATE TABLE run (
    run_no INTEGER NOT NULL,
    run_id VARCHAR NOT NULL,
    writer VARCHAR NOT NULL,
    is_known BOOLEAN NOT NULL,
    is_presumed BOOLEAN NOT NULL,
    session_id VARCHAR NOT NULL,
    execution_id VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    started_at BIGINT NOT NULL,
    ended_at BIGINT,
    duration_s DOUBLE,
    name VARCHAR NOT NULL,
    named_at BIGINT NOT NULL,
    variable VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    parent_run_id VARCHAR NOT NULL,
    group_id VARCHAR NOT NULL,
    estimator VARCHAR NOT NULL,
    environment_digest VARCHAR NOT NULL,
    hardware_digest VARCHAR NOT NULL,
    code_digest VARCHAR NOT NULL,
    seed_json VARCHAR,
    error_json VARCHAR,
    peak_memory_bytes BIGINT NOT NULL
);

CREATE TABLE key (  -- the texts of parameter, metric and tag keys
    key_no INTEGER NOT NULL,
    key VARCHAR NOT NULL
);

CREATE TABLE param (
    run_no INTEGER NOT NULL,
    key_no INTEGER NOT NULL,
    logged_at BIGINT NOT NULL,
    value VARCHAR NOT NULL,
    number DOUBLE,  -- of a value that reads as a number, for comparisons and orderings
    kind VARCHAR NOT NULL,
    origin VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    is_default BOOLEAN NOT NULL
);

CREATE TABLE tag (
    run_no INTEGER NOT NULL,
    key_no INTEGER NOT NULL,
    logged_at BIGINT NOT NULL,
    value VARCHAR NOT NULL
);

CREATE TABLE series (  -- what a metric's points have in common
    series_no INTEGER NOT NULL,
    writer VARCHAR NOT NULL,  -- together with the number, what its segments call it
    number INTEGER NOT NULL,
    run_no INTEGER NOT NULL,
    key_no INTEGER NOT NULL,
    evidence VARCHAR NOT NULL,
    execution_id VARCHAR NOT NULL,
    dataset_name VARCHAR NOT NULL,
    dataset_digest VARCHAR NOT NULL,
    slice_name VARCHAR NOT NULL
);

CREATE TABLE metric (  -- every logged point
    series_no INTEGER NOT NULL,
    step BIGINT NOT NULL,
    logged_at BIGINT NOT NULL,
    value DOUBLE NOT NULL
);

CREATE TABLE metric_last (  -- per series its last point (greatest step, then time, then value) and its extremes
    series_no INTEGER NOT NULL,
    run_no INTEGER NOT NULL,
    key_no INTEGER NOT NULL,
    is_chosen BOOLEAN NOT NULL,  -- of the series of one run and key, the one that tables of runs show
    step BIGINT NOT NULL,
    logged_at BIGINT NOT NULL,
    value DOUBLE NOT NULL,
    point_count BIGINT NOT NULL,
    minimum DOUBLE,
    maximum DOUBLE
);

CREATE TABLE key_metric (  -- of the chosen series of a run the one that stands for it, with all that a page shows of it
    run_no INTEGER NOT NULL,
    key VARCHAR NOT NULL,
    value DOUBLE NOT NULL,
    step BIGINT NOT NULL,
    logged_at BIGINT NOT NULL,
    point_count BIGINT NOT NULL,
    minimum DOUBLE,
    maximum DOUBLE,
    evidence VARCHAR NOT NULL,
    dataset_name VARCHAR NOT NULL,
    dataset_digest VARCHAR NOT NULL,
    slice_name VARCHAR NOT NULL,
    execution_id VARCHAR NOT NULL
);

CREATE TABLE ambiguous_metric (
    key VARCHAR NOT NULL,
    value DOUBLE NOT NULL,
    logged_at BIGINT NOT NULL,
    execution_id VARCHAR NOT NULL,
    candidate_run_ids_json VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    dataset_name VARCHAR NOT NULL,
    dataset_digest VARCHAR NOT NULL
);

CREATE TABLE dataset_version (
    digest VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    row_count BIGINT,
    column_count BIGINT,
    columns_json VARCHAR NOT NULL,
    size_bytes BIGINT,
    source VARCHAR NOT NULL,
    is_sampled BOOLEAN NOT NULL
);

CREATE TABLE run_dataset (
    run_no INTEGER NOT NULL,
    digest VARCHAR NOT NULL,
    role VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    used_at BIGINT NOT NULL
);

CREATE TABLE artifact (
    run_no INTEGER NOT NULL,
    path VARCHAR NOT NULL,
    logged_at BIGINT NOT NULL,
    digest VARCHAR NOT NULL,
    size_bytes BIGINT NOT NULL,
    media_type VARCHAR NOT NULL,
    kind VARCHAR NOT NULL
);

CREATE TABLE environment (
    digest VARCHAR NOT NULL,
    python VARCHAR NOT NULL,
    implementation VARCHAR NOT NULL,
    os VARCHAR NOT NULL,
    packages_json VARCHAR NOT NULL
);

CREATE TABLE hardware (
    digest VARCHAR NOT NULL,
    cpu VARCHAR NOT NULL,
    cores BIGINT NOT NULL,
    memory_bytes BIGINT NOT NULL,
    gpus_json VARCHAR NOT NULL,
    blas VARCHAR NOT NULL,
    threads_json VARCHAR NOT NULL
);

CREATE TABLE code_version (
    digest VARCHAR NOT NULL,
    commit_id VARCHAR NOT NULL,
    branch VARCHAR NOT NULL,
    is_dirty BOOLEAN NOT NULL,
    diff_digest VARCHAR NOT NULL
);

CREATE TABLE capture_failure (  -- celltrail's own failures in kernels, and events that it could not keep
    place VARCHAR NOT NULL,
    message VARCHAR NOT NULL,
    session_id VARCHAR NOT NULL,
    failed_at BIGINT NOT NULL,
    event_count BIGINT NOT NULL
);

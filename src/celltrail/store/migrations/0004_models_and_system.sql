-- A run's models and what it took of the machine, each as one record in celltrail's JSON: they are read whole, for one run.

CREATE TABLE model (
    run_no INTEGER NOT NULL,
    name VARCHAR NOT NULL,
    logged_at BIGINT NOT NULL,
    model_json VARCHAR NOT NULL
);

CREATE TABLE system_use (
    run_no INTEGER NOT NULL,
    used_at BIGINT NOT NULL,
    use_json VARCHAR NOT NULL
);

ALTER TABLE cell_execution ADD COLUMN peak_is_exact BOOLEAN DEFAULT false;

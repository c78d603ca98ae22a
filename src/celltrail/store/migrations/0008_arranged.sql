-- How many rows a table had when it was last put into the order in which it is asked (celltrail.store.arrange).

CREATE TABLE arranged (
    table_name VARCHAR NOT NULL,
    row_count BIGINT NOT NULL
);

-- What a cell read or wrote that is no plain file: databases, HTTP, versions of tables. Cells folded before have none.

ALTER TABLE cell_execution ADD COLUMN sources_json VARCHAR DEFAULT '[]';

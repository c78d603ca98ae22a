-- What capture lacks in an environment, in words: where celltrail is lent to a kernel.
ALTER TABLE environment ADD COLUMN notes_json VARCHAR DEFAULT '[]';

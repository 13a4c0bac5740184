-- Whether a file on disk is named by a row.
create index file_storage_key on file (org_id, storage_key);

-- Rights an export was written with: a file is fetched only by who still has them.
alter table export_run add column rights text;

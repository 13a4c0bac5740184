-- An export above the limit is queued by who approves it; it comes in the language of who asked.
alter table export_run add column lang text check (lang in ('zh-CN', 'en-US'));

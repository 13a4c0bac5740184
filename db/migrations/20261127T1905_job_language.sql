-- The language the page was in when somebody asked for the work: a sheet or printed cards come in it, whatever the account says.
alter table job add column lang text check (lang in ('zh-CN', 'en-US'));

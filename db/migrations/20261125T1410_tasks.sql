-- An occurrence may be moved by hand; the rule still counts from the day it was made for.
alter table task add column occurrence_on date;
drop index task_occurrence;
create unique index task_occurrence on task (org_id, series_id, occurrence_on) where series_id is not null and state <> 'cancelled';
create index task_completed on task (org_id, assignee_id, completed_at, id) where state = 'done';

-- Holidays and working Saturdays as the company keeps them; what is not here follows the official calendar.
create table calendar_exception (
  org_id uuid not null,
  id uuid not null,
  day date not null,
  kind text not null check (kind in ('holiday', 'workday')),
  name text not null default '',
  version integer not null default 1,
  created_at timestamptz not null default now(),
  created_by uuid,
  primary key (org_id, id)
);
create unique index calendar_exception_day on calendar_exception (org_id, day);

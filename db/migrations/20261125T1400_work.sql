-- The working day: what was done with customers, what is to be done, and how often they heard from us.
create table activity (
  org_id uuid not null,
  id uuid not null,
  customer_id uuid not null,
  type text not null check (type in ('call', 'visit', 'meeting', 'email', 'message', 'letter', 'event', 'care')),
  subject text not null,
  body text not null default '',
  outcome text,
  place text not null default '',
  happened_at timestamptz not null,
  duration_minutes integer,
  -- Who really did it; imported history may name somebody who has no account.
  author_id uuid,
  author_name text not null,
  source text,
  batch_id uuid,
  state text not null default 'active' check (state in ('active', 'removed')),
  version integer not null default 1,
  created_at timestamptz not null default now(),
  created_by uuid,
  primary key (org_id, id),
  foreign key (org_id, customer_id) references customer (org_id, id) on delete cascade
);
create index activity_customer on activity (org_id, customer_id, happened_at, id);
create index activity_author on activity (org_id, author_id, happened_at);
create index activity_happened on activity (org_id, happened_at);

create table activity_contact (
  org_id uuid not null,
  id uuid not null,
  activity_id uuid not null,
  contact_id uuid not null,
  primary key (org_id, id),
  foreign key (org_id, activity_id) references activity (org_id, id) on delete cascade,
  foreign key (org_id, contact_id) references contact (org_id, id) on delete cascade
);
create index activity_contact_of on activity_contact (org_id, activity_id);
create index activity_contact_contact on activity_contact (org_id, contact_id);

create table activity_template (
  org_id uuid not null,
  id uuid not null,
  name text not null,
  type text not null,
  subject text not null default '',
  body text not null default '',
  position integer not null default 0,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  created_by uuid,
  primary key (org_id, id)
);

-- Something to be done by somebody. `due_on` is the day in the company's time zone, also of a timed task, so that one index serves
-- lists and calendar. A recurring series is a chain: completing one occurrence makes the next.
create table task (
  org_id uuid not null,
  id uuid not null,
  kind text not null default 'todo',
  title text not null,
  note text not null default '',
  place text not null default '',
  assignee_id uuid not null,
  customer_id uuid,
  contact_id uuid,
  due_on date,
  due_at timestamptz,
  duration_minutes integer,
  reminders integer[] not null default '{}',
  rrule text,
  series_id uuid,
  -- Local wall-clock start of the first occurrence (2026-01-31 or 2026-01-31T09:00:00): the rule counts from it.
  series_start text,
  state text not null default 'open' check (state in ('open', 'done', 'cancelled')),
  completed_at timestamptz,
  completed_by uuid,
  next_task_id uuid,
  activity_id uuid,
  source text not null default 'user',
  version integer not null default 1,
  created_at timestamptz not null default now(),
  created_by uuid,
  primary key (org_id, id),
  foreign key (org_id, assignee_id) references app_user (org_id, id),
  foreign key (org_id, customer_id) references customer (org_id, id) on delete cascade
);
create index task_assignee on task (org_id, assignee_id, state, due_on, id);
create index task_customer on task (org_id, customer_id, state, due_on, id) where customer_id is not null;
create index task_created_by on task (org_id, created_by, state, due_on, id);
-- Two completions of one occurrence can never make two next ones.
create unique index task_occurrence on task (org_id, series_id, due_on) where series_id is not null and state <> 'cancelled';

create table task_reminder (
  org_id uuid not null,
  id uuid not null,
  task_id uuid not null,
  minutes_before integer not null,
  remind_at timestamptz not null,
  sent_at timestamptz,
  primary key (org_id, id),
  foreign key (org_id, task_id) references task (org_id, id) on delete cascade
);
create index task_reminder_due on task_reminder (org_id, remind_at) where sent_at is null;
create index task_reminder_task on task_reminder (org_id, task_id);

-- Facts on the customer's card, kept by this module.
alter table customer add column last_contact_at timestamptz;
alter table customer add column last_visit_on date;
alter table customer add column next_step_at timestamptz;
alter table customer add column activity_count90d integer;
create index customer_last_contact on customer (org_id, state, last_contact_at, id);
create index customer_owner_contact on customer (org_id, owner_id, state, last_contact_at, id);
create index customer_next_step on customer (org_id, state, next_step_at, id) where next_step_at is not null;

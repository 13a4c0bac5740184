-- Minutes of talks: drafted, reviewed, sent by link, confirmed. What was sent is frozen in its version.
create table minutes (
  org_id uuid not null,
  id uuid not null,
  customer_id uuid not null,
  activity_id uuid not null,
  author_id uuid not null,
  state text not null default 'draft' check (state in ('draft', 'review', 'returned', 'approved', 'sent', 'commented', 'confirmed', 'waived')),
  due_on date not null,
  -- Number of the version being written or last sent.
  edition integer not null default 1,
  subject text not null,
  content jsonb not null,
  submitted_by uuid,
  sent_at timestamptz,
  confirmed_at timestamptz,
  waived_reason text not null default '',
  -- The last step of chasing that was done.
  chased text not null default '',
  version integer not null default 1,
  created_at timestamptz not null default now(),
  created_by uuid,
  primary key (org_id, id),
  foreign key (org_id, customer_id) references customer (org_id, id) on delete cascade,
  foreign key (org_id, activity_id) references activity (org_id, id) on delete cascade,
  foreign key (org_id, author_id) references app_user (org_id, id)
);
create unique index minutes_activity on minutes (org_id, activity_id);
create index minutes_customer on minutes (org_id, customer_id, due_on, id);
create index minutes_author on minutes (org_id, author_id, due_on, id);
create index minutes_due on minutes (org_id, due_on, id);
create index minutes_open on minutes (org_id, id) where state not in ('confirmed', 'waived');

create table minutes_version (
  org_id uuid not null,
  id uuid not null,
  minutes_id uuid not null,
  edition integer not null,
  subject text not null,
  content jsonb not null,
  sha256 text not null,
  sent_at timestamptz not null,
  sent_by uuid not null,
  primary key (org_id, id),
  foreign key (org_id, minutes_id) references minutes (org_id, id) on delete cascade
);
create unique index minutes_version_edition on minutes_version (org_id, minutes_id, edition);

-- To whom a version went, and what came back.
create table minutes_recipient (
  org_id uuid not null,
  id uuid not null,
  minutes_id uuid not null,
  edition integer not null,
  name text not null,
  email text,
  link_id uuid not null,
  remind_on date not null,
  reminded_at timestamptz,
  mailed_at timestamptz,
  opened_at timestamptz,
  answer text check (answer in ('confirmed', 'commented')),
  answered_at timestamptz,
  answered_name text,
  comment text not null default '',
  primary key (org_id, id),
  foreign key (org_id, minutes_id) references minutes (org_id, id) on delete cascade
);
create index minutes_recipient_of on minutes_recipient (org_id, minutes_id, edition, id);
create index minutes_recipient_waiting on minutes_recipient (org_id, remind_on, id) where answer is null and reminded_at is null;

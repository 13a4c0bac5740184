-- Classes of customers: derived facts, rules, overrides, what changed and when.
alter table customer
  add column time_class text,
  add column tenure_class text,
  add column process_class text,
  add column volume_class text,
  add column importance text,
  add column ladder text,
  add column abc_class text,
  add column rfm_r numeric,
  add column rfm_f numeric,
  add column rfm_m numeric,
  add column rfm_segment text,
  add column categories text[],
  add column segments text[],
  -- The grade a rule gave last: one that differs was set by hand since.
  add column grade_by_rule text;

-- Thresholds and rules of one kind of class: divisions, abc, rfm, grade, importance, ladder.
create table class_scheme (
  org_id uuid not null,
  dimension text not null,
  config jsonb not null,
  version integer not null default 1,
  updated_at timestamptz not null default now(),
  updated_by uuid,
  primary key (org_id, dimension)
);

create table class_override (
  org_id uuid not null,
  id uuid not null,
  customer_id uuid not null,
  dimension text not null,
  value text not null,
  reason text not null,
  expires_on date,
  created_at timestamptz not null default now(),
  created_by uuid,
  author_name text not null,
  ended_at timestamptz,
  primary key (org_id, id),
  foreign key (org_id, customer_id) references customer (org_id, id) on delete cascade
);
-- One override of a class at a time; two set at once meet here.
create unique index class_override_current on class_override (org_id, customer_id, dimension) where ended_at is null;

create table class_run (
  org_id uuid not null,
  id uuid not null,
  state text not null default 'running' check (state in ('running', 'done', 'failed')),
  scheduled boolean not null,
  problems jsonb not null default '{}',
  started_at timestamptz not null default now(),
  finished_at timestamptz,
  requested_by uuid,
  primary key (org_id, id)
);

-- What a run, an override or a person changed. Written with the change itself; a run changes a class of a customer once.
create table class_change (
  org_id uuid not null,
  run_id uuid not null,
  dimension text not null,
  customer_id uuid not null,
  from_value text,
  to_value text,
  cause text not null,
  at timestamptz not null default now(),
  primary key (org_id, run_id, dimension, customer_id),
  foreign key (org_id, customer_id) references customer (org_id, id) on delete cascade
);
create index class_change_customer on class_change (org_id, customer_id, dimension, at);
create index class_change_at on class_change (org_id, dimension, at);

-- The distribution as it was at the end of a run, one row a day.
create table class_count (
  org_id uuid not null,
  dimension text not null,
  day date not null,
  value text not null,
  customers bigint not null,
  primary key (org_id, dimension, day, value)
);

create table category (
  org_id uuid not null,
  id uuid not null,
  parent_id uuid,
  name text not null,
  name_en text not null default '',
  position double precision not null,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  primary key (org_id, id),
  foreign key (org_id, parent_id) references category (org_id, id)
);
create index category_parent on category (org_id, parent_id, position);

create table segment (
  org_id uuid not null,
  id uuid not null,
  name text not null,
  description text not null default '',
  kind text not null check (kind in ('dynamic', 'fixed')),
  condition jsonb,
  color text,
  customers bigint,
  counted_at timestamptz,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  created_by uuid,
  author_name text not null,
  primary key (org_id, id),
  unique (org_id, name)
);

-- Members of fixed segments, and those a dynamic one had at its last snapshot.
create table segment_member (
  org_id uuid not null,
  segment_id uuid not null,
  customer_id uuid not null,
  since date not null,
  primary key (org_id, segment_id, customer_id),
  foreign key (org_id, segment_id) references segment (org_id, id) on delete cascade,
  foreign key (org_id, customer_id) references customer (org_id, id) on delete cascade
);
create index segment_member_customer on segment_member (org_id, customer_id);

create table segment_change (
  org_id uuid not null,
  segment_id uuid not null,
  customer_id uuid not null,
  day date not null,
  kind text not null check (kind in ('entered', 'left')),
  primary key (org_id, segment_id, day, kind, customer_id),
  foreign key (org_id, segment_id) references segment (org_id, id) on delete cascade,
  foreign key (org_id, customer_id) references customer (org_id, id) on delete cascade
);
create index segment_change_customer on segment_change (org_id, customer_id, day);

create table segment_count (
  org_id uuid not null,
  segment_id uuid not null,
  day date not null,
  customers bigint not null,
  entered bigint not null,
  departed bigint not null,
  primary key (org_id, segment_id, day),
  foreign key (org_id, segment_id) references segment (org_id, id) on delete cascade
);

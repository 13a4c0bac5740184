-- A merged customer stays as a signpost: its number and address lead to the survivor.
alter table customer drop constraint customer_state_check;
alter table customer add constraint customer_state_check check (state in ('active', 'trashed', 'restricted', 'erased', 'merged'));
alter table customer add column merged_into uuid;
create index customer_merged on customer (org_id, merged_into) where merged_into is not null;

-- Blocking keys (hashed): records sharing a rare one are compared. Maintained with the identity keys.
create table duplicate_key (
  org_id uuid not null,
  key bigint not null,
  customer_id uuid not null,
  record_id uuid not null,
  primary key (org_id, key, customer_id, record_id)
);
create index duplicate_key_record on duplicate_key (org_id, record_id);
create index duplicate_key_customer on duplicate_key (org_id, customer_id);

-- Pairs found, the smaller id first; decisions are remembered, so that a later sweep does not ask again.
create table duplicate_pair (
  org_id uuid not null,
  id uuid not null,
  object text not null check (object in ('customer', 'contact')),
  a_id uuid not null,
  b_id uuid not null,
  score real not null,
  reasons jsonb not null default '[]',
  state text not null default 'open' check (state in ('open', 'later', 'same', 'different', 'merged')),
  found_by text not null check (found_by in ('sweep', 'import', 'typing')),
  batch_id uuid,
  found_at timestamptz not null default now(),
  decided_at timestamptz,
  decided_by uuid,
  decided_name text,
  note text,
  version integer not null default 1,
  primary key (org_id, id),
  unique (org_id, object, a_id, b_id),
  check (a_id < b_id)
);
create index duplicate_pair_queue on duplicate_pair (org_id, state, score, id);
create index duplicate_pair_b on duplicate_pair (org_id, b_id);

create table duplicate_sweep (
  org_id uuid not null,
  id uuid not null,
  job_id uuid,
  batch_id uuid,
  last_id uuid,
  total bigint not null default 0,
  checked bigint not null default 0,
  found bigint not null default 0,
  started_at timestamptz not null default now(),
  started_by uuid,
  finished_at timestamptz,
  primary key (org_id, id)
);

-- One row a company: thresholds the administrator may move, and how frequent words and values are in its base.
create table duplicate_setting (
  org_id uuid not null,
  id uuid not null,
  suggest_from real not null default 0.3,
  list_from real not null default 0.5,
  stop_from real not null default 0.9,
  word_counts jsonb,
  counted_at timestamptz,
  version integer not null default 1,
  primary key (org_id, id),
  unique (org_id)
);

create table record_merge (
  org_id uuid not null,
  id uuid not null,
  object text not null check (object in ('customer', 'contact')),
  survivor_id uuid not null,
  survivor_name text not null,
  merged jsonb not null,
  changes jsonb not null default '{}',
  provenance jsonb not null default '{}',
  parties jsonb not null default '{}',
  state text not null default 'done' check (state in ('done', 'undone')),
  reason text,
  made_at timestamptz not null default now(),
  made_by uuid,
  made_name text not null,
  undone_at timestamptz,
  undone_name text,
  kept jsonb,
  version integer not null default 1,
  primary key (org_id, id)
);
create index record_merge_survivor on record_merge (org_id, survivor_id, id);

-- What a merge moved, table by table, so that undoing returns exactly that.
create table record_merge_move (
  org_id uuid not null,
  id uuid not null,
  merge_id uuid not null,
  relation text not null,
  column_name text not null,
  from_id uuid not null,
  keys jsonb not null,
  primary key (org_id, id),
  foreign key (org_id, merge_id) references record_merge (org_id, id)
);
create index record_merge_move_merge on record_merge_move (org_id, merge_id, id);

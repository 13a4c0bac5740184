create table import_run (
  org_id uuid not null,
  id uuid not null,
  object text not null default 'customer',
  file_id uuid not null,
  file_name text not null,
  state text not null default 'draft'
    check (state in ('draft', 'queued', 'running', 'done', 'failed', 'cancelled', 'undoing', 'undone')),
  options jsonb not null default '{}',
  job_id uuid,
  rows_total bigint,
  -- Rows already committed: a restart goes on after them.
  rows_done bigint not null default 0,
  created_count bigint not null default 0,
  updated_count bigint not null default 0,
  skipped_count bigint not null default 0,
  failed_count bigint not null default 0,
  error_file_id uuid,
  undo_result jsonb,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  created_by uuid not null,
  finished_at timestamptz,
  primary key (org_id, id)
);
create index import_run_recent on import_run (org_id, created_by, id);

create table import_error (
  org_id uuid not null,
  import_id uuid not null,
  row_number bigint not null,
  position integer not null,
  column_name text not null,
  value text not null,
  code text not null,
  params jsonb not null default '{}',
  row_cells jsonb,
  primary key (org_id, import_id, row_number, position),
  foreign key (org_id, import_id) references import_run (org_id, id) on delete cascade
);

-- A heading once corrected by hand is recognised next time.
create table import_heading (
  org_id uuid not null,
  object text not null,
  heading text not null,
  target text not null,
  primary key (org_id, object, heading)
);

create table export_run (
  org_id uuid not null,
  id uuid not null,
  object text not null default 'customer',
  query jsonb not null,
  format text not null check (format in ('xlsx', 'csv')),
  purpose text not null,
  state text not null default 'queued'
    check (state in ('waiting', 'queued', 'running', 'done', 'failed', 'cancelled', 'refused', 'expired')),
  encrypted boolean not null default false,
  password_secret bytea,
  row_count bigint,
  approval_id uuid,
  job_id uuid,
  file_id uuid,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  created_by uuid not null,
  finished_at timestamptz,
  primary key (org_id, id)
);
create index export_run_recent on export_run (org_id, created_by, id);

-- The company (org) and the mechanisms every module stands on: events, access log, audit chain, jobs, files, counters.

create table org (
  org_id uuid primary key,
  name text not null,
  preset text not null,
  default_lang text not null,
  time_zone text not null default 'Asia/Shanghai',
  currency text not null default 'CNY',
  country text not null default 'CN',
  dictionary_version integer not null default 1,
  settings jsonb not null default '{}',
  version integer not null default 1,
  created_at timestamptz not null default now()
);

-- What happened: timeline, field history, audit trail and outbox are read from here. Append-only.
create table event (
  org_id uuid not null,
  id uuid not null,
  at timestamptz not null default clock_timestamp(),
  kind text not null,
  subject_kind text not null,
  subject_id uuid not null,
  customer_id uuid,
  actor_id uuid,
  actor_kind text not null,
  actor_name text not null,
  changes jsonb,
  data jsonb,
  source text,
  reason text,
  request_id text,
  batch_id uuid,
  occurred_at timestamptz,
  author text,
  primary key (org_id, id)
);
create index event_customer on event (org_id, customer_id, id) where customer_id is not null;
create index event_subject on event (org_id, subject_id, id) where customer_id is null;
create index event_actor on event (org_id, actor_id, id);
create index event_batch on event (org_id, batch_id, id) where batch_id is not null;

-- Who looked at, searched, exported, printed or was refused what. Append-only.
create table access_log (
  org_id uuid not null,
  id uuid not null,
  at timestamptz not null default clock_timestamp(),
  action text not null,
  subject_kind text not null,
  subject_id uuid,
  customer_id uuid,
  actor_id uuid,
  actor_kind text not null,
  actor_name text not null,
  detail jsonb,
  ip text,
  request_id text,
  primary key (org_id, id)
);
create index access_log_customer on access_log (org_id, customer_id, id) where customer_id is not null;
create index access_log_actor on access_log (org_id, actor_id, id);

-- Records not yet sealed. Filled by trigger, so that no writer can forget it; emptied by the sealing job.
create table audit_pending (
  org_id uuid not null,
  log text not null,
  record_id uuid not null,
  primary key (org_id, log, record_id)
);

-- Hash chain: one block seals up to some thousand records; hash = sha256(previous hash, ids, digests).
create table audit_block (
  org_id uuid not null,
  seq bigint not null,
  log text not null,
  record_ids uuid[] not null,
  digests bytea[] not null,
  previous_hash bytea not null,
  hash bytea not null,
  sealed_at timestamptz not null default now(),
  primary key (org_id, seq)
);

create function note_audit_pending() returns trigger language plpgsql as $$
begin
  insert into audit_pending (org_id, log, record_id) select org_id, tg_table_name, id from added;
  return null;
end $$;
create trigger event_pending after insert on event referencing new table as added
  for each statement execute function note_audit_pending();
create trigger access_log_pending after insert on access_log referencing new table as added
  for each statement execute function note_audit_pending();

-- The columns are listed: a column added later must not change the digest of what is already sealed.
create function event_digest(e event) returns bytea language sql stable as $$
  select sha256(convert_to(jsonb_build_array(e.org_id, e.id, (extract(epoch from e.at) * 1000000)::bigint, e.kind, e.subject_kind,
    e.subject_id, e.customer_id, e.actor_id, e.actor_kind, e.actor_name, e.changes, e.data, e.source, e.reason, e.request_id,
    e.batch_id, (extract(epoch from e.occurred_at) * 1000000)::bigint, e.author)::text, 'UTF8'))
$$;
create function access_log_digest(a access_log) returns bytea language sql stable as $$
  select sha256(convert_to(jsonb_build_array(a.org_id, a.id, (extract(epoch from a.at) * 1000000)::bigint, a.action, a.subject_kind,
    a.subject_id, a.customer_id, a.actor_id, a.actor_kind, a.actor_name, a.detail, a.ip, a.request_id)::text, 'UTF8'))
$$;

-- Long or scheduled work. `lease_until` is renewed by the running process: a dead process loses its jobs by itself.
create table job (
  org_id uuid not null,
  id uuid not null,
  kind text not null,
  payload jsonb not null default '{}',
  state text not null default 'queued' check (state in ('queued', 'running', 'done', 'failed', 'cancelled')),
  progress_done bigint not null default 0,
  progress_total bigint,
  message text,
  result jsonb,
  error jsonb,
  attempts integer not null default 0,
  max_attempts integer not null default 5,
  cancel_requested boolean not null default false,
  unique_key text,
  run_at timestamptz not null default now(),
  locked_by text,
  lease_until timestamptz,
  created_by uuid,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  primary key (org_id, id)
);
create index job_due on job (state, run_at) where state in ('queued', 'running');
create index job_recent on job (org_id, created_by, id);
create unique index job_unique_key on job (org_id, kind, unique_key) where state in ('queued', 'running') and unique_key is not null;

-- One row per schedule: a missed time is caught up once, and only one process runs it.
create table job_schedule (
  org_id uuid not null,
  key text not null,
  last_due timestamptz not null,
  primary key (org_id, key)
);

-- Numbers people read (dossier number …) come from a locked row: gapless under concurrency, never reused.
create table counter (
  org_id uuid not null,
  key text not null,
  value bigint not null,
  primary key (org_id, key)
);

create table idempotency_key (
  org_id uuid not null,
  actor_id uuid not null,
  key text not null,
  request_hash text not null,
  status integer,
  response jsonb,
  etag text,
  created_at timestamptz not null default now(),
  primary key (org_id, actor_id, key)
);
create index idempotency_key_age on idempotency_key (org_id, created_at);

-- Stored bytes: content-addressed and encrypted on disk or object storage; this row is the register.
create table file (
  org_id uuid not null,
  id uuid not null,
  name text not null,
  mime text not null,
  size bigint not null,
  sha256 text not null,
  storage_key text not null,
  purpose text not null,
  created_by uuid,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  deleted_at timestamptz,
  primary key (org_id, id)
);
create index file_sha on file (org_id, sha256);
create index file_expiry on file (org_id, expires_at) where expires_at is not null and deleted_at is null;

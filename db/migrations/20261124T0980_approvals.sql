-- One mechanism for everything that waits for somebody's yes. The snapshot and the flow are frozen when the request is made.
create table approval (
  org_id uuid not null,
  id uuid not null,
  subject_kind text not null,
  subject_id uuid not null,
  title text not null,
  snapshot jsonb not null,
  flow jsonb not null,
  step integer not null default 0,
  state text not null default 'open' check (state in ('open', 'approved', 'refused', 'withdrawn')),
  requested_by uuid not null,
  requested_at timestamptz not null default now(),
  decided_at timestamptz,
  version integer not null default 1,
  primary key (org_id, id)
);
create index approval_open on approval (org_id, state, id);
create index approval_requester on approval (org_id, requested_by, id);

create table approval_decision (
  org_id uuid not null,
  id uuid not null,
  approval_id uuid not null,
  step integer not null,
  decision text not null check (decision in ('approve', 'refuse', 'withdraw', 'comment')),
  comment text not null default '',
  decided_by uuid not null,
  decided_at timestamptz not null default now(),
  primary key (org_id, id),
  foreign key (org_id, approval_id) references approval (org_id, id)
);
create index approval_decision_of on approval_decision (org_id, approval_id, id);

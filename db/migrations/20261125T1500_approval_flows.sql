-- A flow says whose yes a kind of subject needs. Published versions never change; requests keep a copy of theirs.
create table approval_flow (
  org_id uuid not null,
  id uuid not null,
  subject_kind text not null,
  number integer not null,
  state text not null default 'draft' check (state in ('draft', 'published', 'retired')),
  note text not null default '',
  steps jsonb not null,
  created_by uuid not null,
  created_at timestamptz not null default now(),
  published_by uuid,
  published_at timestamptz,
  version integer not null default 1,
  primary key (org_id, id)
);
create unique index approval_flow_number on approval_flow (org_id, subject_kind, number);
create unique index approval_flow_draft on approval_flow (org_id, subject_kind) where state = 'draft';
create unique index approval_flow_published on approval_flow (org_id, subject_kind) where state = 'published';

create function approval_flow_frozen() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    if old.state <> 'draft' then raise exception 'a published approval flow stays'; end if;
    return old;
  end if;
  if old.state <> 'draft' and (new.steps, new.number, new.subject_kind, new.note) is distinct from
     (old.steps, old.number, old.subject_kind, old.note) then raise exception 'a published approval flow never changes'; end if;
  return new;
end $$;
create trigger approval_flow_frozen before update or delete on approval_flow
  for each row execute function approval_flow_frozen();

alter table approval add column customer_id uuid;
alter table approval add column flow_id uuid;
alter table approval add column round integer not null default 1;
alter table approval drop constraint approval_state_check;
alter table approval add constraint approval_state_check
  check (state in ('open', 'returned', 'approved', 'refused', 'withdrawn'));
create index approval_subject on approval (org_id, subject_id, id);
create index approval_customer on approval (org_id, customer_id, id) where customer_id is not null;

-- What was submitted in each round: the difference between rounds is shown to whoever decides again.
create table approval_snapshot (
  org_id uuid not null,
  approval_id uuid not null,
  round integer not null,
  snapshot jsonb not null,
  submitted_by uuid not null,
  submitted_at timestamptz not null default now(),
  primary key (org_id, approval_id, round),
  foreign key (org_id, approval_id) references approval (org_id, id)
);

-- The path of one request. Steps of the same position are open together.
create table approval_step (
  org_id uuid not null,
  id uuid not null,
  approval_id uuid not null,
  position integer not null,
  -- The step of the frozen flow; null: added while running.
  key text,
  name text not null,
  mode text not null check (mode in ('any', 'all')),
  minimum integer not null default 1,
  -- Whoever holds it may decide, also who gets it later; null: only the assignees.
  permission text,
  state text not null default 'waiting' check (state in ('waiting', 'open', 'done', 'skipped', 'refused', 'cancelled')),
  deadline_hours integer,
  remind_hours integer,
  escalate_to uuid,
  opened_at timestamptz,
  due_at timestamptz,
  reminded_at timestamptz,
  escalated_at timestamptz,
  closed_at timestamptz,
  added_by uuid,
  primary key (org_id, id),
  foreign key (org_id, approval_id) references approval (org_id, id)
);
create index approval_step_of on approval_step (org_id, approval_id, position);
create index approval_step_open on approval_step (org_id, id) where state = 'open';

create table approval_assignee (
  org_id uuid not null,
  step_id uuid not null,
  user_id uuid not null,
  approval_id uuid not null,
  state text not null default 'waiting' check (state in ('waiting', 'approved', 'refused', 'cancelled')),
  -- Brought in because the step's own people could not or did not decide.
  escalated boolean not null default false,
  decided_by uuid,
  decided_at timestamptz,
  primary key (org_id, step_id, user_id),
  foreign key (org_id, step_id) references approval_step (org_id, id)
);
create index approval_assignee_waiting on approval_assignee (org_id, user_id, approval_id) where state = 'waiting';
create index approval_assignee_of on approval_assignee (org_id, approval_id);

alter table approval_decision drop constraint approval_decision_decision_check;
alter table approval_decision add constraint approval_decision_decision_check check (decision in
  ('approve', 'refuse', 'withdraw', 'comment', 'return', 'resubmit', 'addSigner', 'escalate', 'remind'));
alter table approval_decision add column on_behalf_of uuid;
alter table approval_decision add column step_name text;
alter table approval_decision add column target text;
create index approval_decision_by on approval_decision (org_id, decided_by, approval_id);

-- Away from–to (days, both included); `delegate_id` null: away without a stand-in.
create table approval_delegation (
  org_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  delegate_id uuid,
  from_day date not null,
  to_day date not null,
  reason text not null default '',
  created_by uuid not null,
  created_at timestamptz not null default now(),
  cancelled_at timestamptz,
  version integer not null default 1,
  primary key (org_id, id),
  check (to_day >= from_day),
  check (delegate_id is distinct from user_id)
);
create index approval_delegation_user on approval_delegation (org_id, user_id, to_day) where cancelled_at is null;
create index approval_delegation_delegate on approval_delegation (org_id, delegate_id, to_day) where cancelled_at is null;

-- Requests made before flows existed: one step, whoever holds the permission of their kind.
insert into approval_snapshot (org_id, approval_id, round, snapshot, submitted_by, submitted_at)
  select org_id, id, 1, snapshot, requested_by, requested_at from approval;
insert into approval_step (org_id, id, approval_id, position, key, name, mode, permission, state, opened_at)
  select org_id, gen_random_uuid(), id, 0, 'default', '', 'any', flow->'steps'->0->>'permission',
    case state when 'open' then 'open' when 'approved' then 'done' when 'refused' then 'refused' else 'cancelled' end, requested_at
  from approval;

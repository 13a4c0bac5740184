-- Rules that give new customers without an owner to somebody.
create table assignment_rule (
  org_id uuid not null,
  id uuid not null,
  name text not null,
  -- Tried in this order; the first whose condition holds and that finds somebody decides.
  position integer not null default 0,
  -- null: every customer.
  condition jsonb,
  way jsonb not null,
  enabled boolean not null default true,
  state text not null default 'active' check (state in ('active', 'removed')),
  -- Whose turn it was last; of two workers the second waits for the row and goes on from there.
  last_user_id uuid,
  assigned_count integer not null default 0,
  last_assigned_at timestamptz,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  created_by uuid,
  primary key (org_id, id)
);
create unique index assignment_rule_name on assignment_rule (org_id, name) where state = 'active';

-- What a person is able to do, for rules by capability; and whether rules may give him customers at all.
alter table app_user
  add column capabilities text[] not null default '{}',
  add column auto_assign boolean not null default true;
alter table team add column auto_assign boolean not null default true;

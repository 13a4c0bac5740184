-- Two people claim one customer: what each says, and how it was ruled. The evidence is the log of events.
create table conflict_case (
  org_id uuid not null,
  id uuid not null,
  customer_id uuid not null,
  claimant_id uuid not null,
  -- The owner when the case was opened.
  holder_id uuid not null,
  -- The customer in the claimant's words: whoever may not see the customer reads this instead of its name.
  claimed_name text not null,
  state text not null default 'open' check (state in ('open', 'ruled', 'dismissed', 'withdrawn')),
  -- {owner: claimant | holder, collaborator, lockDays, reason}
  ruling jsonb,
  ruled_by uuid,
  -- Owner the ruling was made about: if it is another by the time it is applied, the ruling is asked for again.
  ruled_owner_id uuid,
  decided_at timestamptz,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  primary key (org_id, id),
  foreign key (org_id, customer_id) references customer (org_id, id) on delete cascade,
  foreign key (org_id, claimant_id) references app_user (org_id, id),
  foreign key (org_id, holder_id) references app_user (org_id, id)
);
create index conflict_case_customer on conflict_case (org_id, customer_id);
create index conflict_case_claimant on conflict_case (org_id, claimant_id, id);
create index conflict_case_holder on conflict_case (org_id, holder_id, id);

create table conflict_statement (
  org_id uuid not null,
  id uuid not null,
  case_id uuid not null,
  user_id uuid not null,
  body text not null,
  created_at timestamptz not null default now(),
  primary key (org_id, id),
  foreign key (org_id, case_id) references conflict_case (org_id, id) on delete cascade
);
create index conflict_statement_of on conflict_statement (org_id, case_id, id);

create table conflict_file (
  org_id uuid not null,
  id uuid not null,
  case_id uuid not null,
  user_id uuid not null,
  file_id uuid not null,
  created_at timestamptz not null default now(),
  primary key (org_id, id),
  foreign key (org_id, case_id) references conflict_case (org_id, id) on delete cascade
);
create index conflict_file_of on conflict_file (org_id, case_id, id);

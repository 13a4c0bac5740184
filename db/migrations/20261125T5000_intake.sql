-- Intake: what was collected about a new customer, until it is reviewed, verified and numbered.
create table intake (
  org_id uuid not null,
  id uuid not null,
  -- The collector; with team and region the record is as visible as its owner's records are.
  owner_id uuid not null,
  team_id uuid,
  region_id uuid,
  state text not null default 'draft' check (state in ('draft', 'submitted', 'returned', 'approved', 'refused')),
  kind text not null,
  name text not null default '',
  -- As typed while a draft; checked and normalised from the submission on.
  entered jsonb not null default '{}',
  contacts jsonb not null default '[]',
  source text not null,
  note text not null default '',
  collected_on date not null,
  -- Two working days after the day of collection, by the company's calendar.
  due_on date not null,
  verified text[] not null default '{}',
  submitted_at timestamptz,
  decided_at timestamptz,
  -- The customer it became.
  customer_id uuid,
  number text,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  foreign key (org_id, owner_id) references app_user (org_id, id),
  foreign key (org_id, customer_id) references customer (org_id, id) on delete set null (customer_id)
);
create index intake_owner on intake (org_id, owner_id, id);
create index intake_open on intake (org_id, due_on, id) where state in ('draft', 'submitted', 'returned');
create index intake_customer on intake (org_id, customer_id) where customer_id is not null;

-- Roles whose new customers go through intake; without a row everybody creates directly.
create table intake_setting (
  org_id uuid not null,
  role_ids uuid[] not null default '{}',
  due_days integer not null default 2,
  version integer not null default 1,
  updated_at timestamptz not null default now(),
  primary key (org_id)
);

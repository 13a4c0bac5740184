-- Public pools: customers nobody owns, who may claim them, and when an owned customer returns.
create table pool (
  org_id uuid not null,
  id uuid not null,
  name text not null,
  name_en text not null default '',
  -- Pools are tried in this order; the first whose condition holds is where a customer returns to.
  position integer not null default 0,
  -- null: every customer.
  condition jsonb,
  -- Both empty: everybody who may claim.
  team_ids uuid[] not null default '{}',
  role_ids uuid[] not null default '{}',
  claim_limit integer,
  holding_cap integer,
  -- Customers who bought do not count toward the cap.
  cap_exempts_buyers boolean not null default true,
  cooldown_days integer not null default 0,
  hide_contacts boolean not null default true,
  lock_cap integer not null default 0,
  lock_days integer not null default 30,
  rules jsonb not null default '{}',
  rules_since date not null default current_date,
  -- Changed rules wait here until their day.
  next_rules jsonb,
  next_rules_from date,
  state text not null default 'active' check (state in ('active', 'retired')),
  version integer not null default 1,
  created_at timestamptz not null default now(),
  created_by uuid,
  primary key (org_id, id)
);
create unique index pool_name on pool (org_id, name) where state = 'active';

-- `pool` and `home_pool` hold a pool's id as text: the dictionary's choice fields are text columns.
alter table customer
  add column pool text,
  add column home_pool text,
  add column claimed_at timestamptz,
  add column return_due_on date,
  add column locked_until date,
  add column former_owner_id uuid,
  add column released_at timestamptz;
create index customer_pool on customer (org_id, pool, state, updated_at, id) where pool is not null;
create index customer_return_due on customer (org_id, return_due_on, id) where return_due_on is not null;

create table pool_claim (
  org_id uuid not null,
  id uuid not null,
  pool_id uuid not null,
  customer_id uuid not null,
  user_id uuid not null,
  day date not null,
  at timestamptz not null default now(),
  primary key (org_id, id),
  foreign key (org_id, pool_id) references pool (org_id, id),
  foreign key (org_id, customer_id) references customer (org_id, id) on delete cascade,
  foreign key (org_id, user_id) references app_user (org_id, id)
);
create index pool_claim_user on pool_claim (org_id, user_id, pool_id, day);
create index pool_claim_customer on pool_claim (org_id, customer_id);

-- People beside the owner who may read or change one customer.
create table collaborator (
  org_id uuid not null,
  id uuid not null,
  customer_id uuid not null,
  user_id uuid not null,
  access text not null check (access in ('read', 'write')),
  created_at timestamptz not null default now(),
  created_by uuid,
  primary key (org_id, id),
  foreign key (org_id, customer_id) references customer (org_id, id) on delete cascade,
  foreign key (org_id, user_id) references app_user (org_id, id)
);
create unique index collaborator_once on collaborator (org_id, customer_id, user_id);
create index collaborator_user on collaborator (org_id, user_id);

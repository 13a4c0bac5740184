-- Intelligence: what was learned about a customer, a competitor or a market, how, and how far it can be relied on.
create table intelligence (
  org_id uuid not null,
  id uuid not null,
  subject text not null check (subject in ('customer', 'competitor', 'market')),
  -- The customer it is about; a competitor may be a customer too.
  customer_id uuid,
  -- Name of a competitor or market, and the same in the form in which equal ones meet.
  subject_name text not null,
  subject_key text not null,
  item text not null,
  content text not null,
  method text not null,
  source text not null default '',
  -- Admiralty code: the source A (reliable) to F (unknown), the information 1 (confirmed) to 6 (unknown).
  reliability text not null check (reliability in ('A', 'B', 'C', 'D', 'E', 'F')),
  credibility integer not null check (credibility between 1 and 6),
  cost_minor bigint,
  currency text,
  collected_on date not null,
  expires_on date,
  sensitivity text not null default 'confidential'
    check (sensitivity in ('open', 'internal', 'confidential', 'secret')),
  state text not null default 'active' check (state in ('active', 'trashed')),
  owner_id uuid not null,
  team_id uuid,
  region_id uuid,
  author_name text not null,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  foreign key (org_id, customer_id) references customer (org_id, id) on delete cascade
);
create index intelligence_recent on intelligence (org_id, collected_on, id);
create index intelligence_customer on intelligence (org_id, customer_id, collected_on, id) where customer_id is not null;
create index intelligence_subject on intelligence (org_id, subject, subject_key, id);

create table intelligence_file (
  org_id uuid not null,
  id uuid not null,
  intelligence_id uuid not null,
  file_id uuid not null,
  created_at timestamptz not null default now(),
  primary key (org_id, id),
  foreign key (org_id, intelligence_id) references intelligence (org_id, id) on delete cascade,
  foreign key (org_id, file_id) references file (org_id, id)
);
create index intelligence_file_of on intelligence_file (org_id, intelligence_id);

-- A value taken from an item of intelligence for a field of the customer's card.
create table intelligence_proposal (
  org_id uuid not null,
  id uuid not null,
  intelligence_id uuid not null,
  customer_id uuid not null,
  field text not null,
  value jsonb not null,
  state text not null check (state in ('waiting', 'applied', 'refused', 'withdrawn')),
  proposed_by uuid not null,
  created_at timestamptz not null default now(),
  primary key (org_id, id),
  foreign key (org_id, intelligence_id) references intelligence (org_id, id) on delete cascade,
  foreign key (org_id, customer_id) references customer (org_id, id) on delete cascade
);
create index intelligence_proposal_of on intelligence_proposal (org_id, intelligence_id, id);
create index intelligence_proposal_customer on intelligence_proposal (org_id, customer_id);

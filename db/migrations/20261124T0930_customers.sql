-- The customer's card. Built-in dictionary fields are columns (snake case of the field's key); custom fields live in `custom`.
create table customer (
  org_id uuid not null,
  id uuid not null,
  number text not null,
  kind text not null check (kind in ('company', 'individual', 'household', 'government', 'special', 'partner')),
  -- Law keeps three meanings of delete apart: trashed can come back, restricted is only stored, erased is gone.
  state text not null default 'active' check (state in ('active', 'trashed', 'restricted', 'erased')),
  name text not null,
  name_sort text not null,
  owner_id uuid,
  team_id uuid,
  region_id uuid,
  name_en text,
  short_name text,
  aliases text[],
  grade text,
  tags text[],
  relationship text,
  parent_customer_id uuid,
  phones jsonb,
  faxes jsonb,
  emails jsonb,
  websites jsonb,
  addresses jsonb,
  country text,
  continent text,
  region text,
  postcode text,
  uscc text,
  org_form text,
  industry text,
  legal_representative text,
  founded_on date,
  trading_since date,
  registered_capital jsonb,
  assets jsonb,
  main_products text,
  gender text,
  birthday date,
  lunar_birthday jsonb,
  id_card text,
  wechat text,
  source text,
  remark text,
  service_area text,
  sales_capability text,
  development_potential text,
  business_philosophy text,
  business_direction text,
  employees numeric,
  annual_revenue jsonb,
  management_traits text,
  sales_results text,
  management_quality text,
  sales_staff_quality text,
  competitor_relations text,
  relation_with_us text,
  attitude text,
  sales_state text,
  problems text,
  advantages text,
  future_strategy text,
  reputation text,
  credit_status text,
  trading_terms text,
  past_credit_problems text,
  needs text,
  budget jsonb,
  pain_points text,
  bank text,
  bank_account text,
  invoice_title text,
  financial_condition text,
  premises text,
  branches numeric,
  operating_years numeric,
  purchase_process text,
  purchase_cycle text,
  main_suppliers text,
  external_relations text,
  group_company text,
  product_structure text,
  brands text[],
  market_capacity text,
  competitors text[],
  household_size numeric,
  household_income text,
  consumption_habits text,
  author_name text,
  card_date date,
  custom jsonb not null default '{}',
  provenance jsonb not null default '{}',
  batch_id uuid,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  created_by uuid,
  updated_at timestamptz not null default now(),
  updated_by uuid,
  last_event_at timestamptz not null default now(),
  primary key (org_id, id),
  unique (org_id, number)
);
create index customer_name on customer (org_id, state, name_sort collate "C", id);
create index customer_updated on customer (org_id, state, updated_at, id);
create index customer_created on customer (org_id, state, created_at, id);
create index customer_grade on customer (org_id, state, grade, id);
create index customer_country on customer (org_id, state, country, id);
create index customer_kind on customer (org_id, state, kind, id);
create index customer_owner on customer (org_id, owner_id, state, updated_at, id);
create index customer_team on customer (org_id, team_id, state, updated_at, id);
create index customer_region on customer (org_id, region_id, state, updated_at, id) where region_id is not null;
create index customer_parent on customer (org_id, parent_customer_id) where parent_customer_id is not null;

-- Normalised phones, emails, names and codes: duplicates are found by one indexed look-up.
create table identity_key (
  org_id uuid not null,
  kind text not null,
  key text not null,
  record_id uuid not null,
  object text not null,
  customer_id uuid not null,
  primary key (org_id, kind, key, record_id)
);
create index identity_key_record on identity_key (org_id, record_id);

create table saved_view (
  org_id uuid not null,
  id uuid not null,
  object text not null,
  name text not null,
  owner_id uuid not null,
  shared boolean not null default false,
  query jsonb not null,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  primary key (org_id, id)
);
create index saved_view_owner on saved_view (org_id, object, owner_id);

create table note (
  org_id uuid not null,
  id uuid not null,
  customer_id uuid not null,
  body text not null,
  created_at timestamptz not null default now(),
  created_by uuid,
  author_name text not null,
  batch_id uuid,
  version integer not null default 1,
  primary key (org_id, id),
  foreign key (org_id, customer_id) references customer (org_id, id) on delete cascade
);
create index note_customer on note (org_id, customer_id, id);

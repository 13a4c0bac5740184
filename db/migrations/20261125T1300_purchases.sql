-- One small fact table of what customers bought. Orders will feed it later; until then people, sheets and the API do.
create table purchase (
  org_id uuid not null,
  id uuid not null,
  customer_id uuid not null,
  day date not null,
  amount_minor bigint not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  product text,
  source text not null default 'manual',
  -- Key of the record in the system it came from: importing again changes it instead of adding it twice.
  external_key text,
  batch_id uuid,
  state text not null default 'active' check (state in ('active', 'trashed')),
  version integer not null default 1,
  created_at timestamptz not null default now(),
  created_by uuid,
  updated_at timestamptz not null default now(),
  updated_by uuid,
  primary key (org_id, id),
  foreign key (org_id, customer_id) references customer (org_id, id) on delete cascade
);
create unique index purchase_external on purchase (org_id, source, external_key) where external_key is not null;
create index purchase_customer on purchase (org_id, customer_id, day, id) include (amount_minor, currency)
  where state = 'active';

-- Facts kept by the trade module; the rolling ones are recomputed each night.
alter table customer
  add column first_purchase_on date,
  add column last_purchase_on date,
  add column purchase_count numeric not null default 0,
  add column purchase_count12m numeric not null default 0,
  add column purchase_total numeric not null default 0,
  add column purchase_total12m numeric not null default 0;

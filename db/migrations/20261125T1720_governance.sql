-- Figures of the governance page, one row per day, and what clean-up needs to know of a customer.
alter table customer
  add column invalid_points numeric,
  add column confirmed_on date;
create index customer_invalid_points on customer (org_id, state, invalid_points, id);

create table governance_figure (
  org_id uuid not null,
  id uuid not null,
  day date not null,
  figures jsonb not null,
  counted_at timestamptz not null,
  primary key (org_id, id),
  unique (org_id, day)
);

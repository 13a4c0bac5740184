-- Rows an import left out on purpose: which, why, and the customer that was there already.
create table import_skip (
  org_id uuid not null,
  import_id uuid not null,
  row_number bigint not null,
  label text not null,
  reason text not null check (reason in ('known', 'same', 'unreachable')),
  because text,
  customer_id uuid,
  primary key (org_id, import_id, row_number),
  foreign key (org_id, import_id) references import_run (org_id, id) on delete cascade,
  foreign key (org_id, customer_id) references customer (org_id, id) on delete set null (customer_id)
);
create index import_skip_customer on import_skip (org_id, customer_id) where customer_id is not null;

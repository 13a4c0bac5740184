-- Customers of one person go to another, for good or for a time.
create table handover (
  org_id uuid not null,
  id uuid not null,
  kind text not null check (kind in ('transfer', 'standIn')),
  from_user_id uuid not null,
  to_user_id uuid not null,
  -- null: all of the person's customers.
  customer_ids uuid[],
  from_on date not null,
  to_on date,
  reason text not null default '',
  state text not null default 'planned' check (state in ('planned', 'moving', 'moved', 'returned', 'failed')),
  customers integer not null default 0,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  created_by uuid not null,
  primary key (org_id, id),
  foreign key (org_id, from_user_id) references app_user (org_id, id),
  foreign key (org_id, to_user_id) references app_user (org_id, id)
);
create index handover_state on handover (org_id, state, from_on);

create table handover_item (
  org_id uuid not null,
  id uuid not null,
  handover_id uuid not null,
  customer_id uuid not null,
  -- What the receiver must know, as it was at the moment of moving.
  brief jsonb not null default '{}',
  returned_at timestamptz,
  primary key (org_id, id),
  foreign key (org_id, handover_id) references handover (org_id, id),
  foreign key (org_id, customer_id) references customer (org_id, id) on delete cascade
);
create unique index handover_item_once on handover_item (org_id, handover_id, customer_id);
create index handover_item_customer on handover_item (org_id, customer_id);

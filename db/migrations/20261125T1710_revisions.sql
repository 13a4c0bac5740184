-- Full revision: every customer of a scope is gone through by its owner, with a result.
create table revision_setting (
  org_id uuid not null,
  id uuid not null,
  -- Months between revisions; 0: only by hand.
  months integer not null default 2,
  -- Days a revision is given.
  days integer not null default 20,
  scope jsonb,
  next_on date not null,
  version integer not null default 1,
  primary key (org_id, id),
  unique (org_id)
);

create table revision (
  org_id uuid not null,
  id uuid not null,
  name text not null,
  scope jsonb,
  state text not null default 'preparing' check (state in ('preparing', 'open', 'closed')),
  scheduled boolean not null default false,
  due_on date not null,
  customers integer not null default 0,
  decided integer not null default 0,
  -- Where a restarted preparation goes on.
  last_id uuid,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  created_by uuid,
  author_name text not null,
  closed_at timestamptz,
  primary key (org_id, id)
);

create table revision_item (
  org_id uuid not null,
  id uuid not null,
  revision_id uuid not null,
  customer_id uuid not null,
  owner_id uuid,
  team_id uuid,
  region_id uuid,
  result text check (result in ('grown', 'stable', 'shrinking', 'lost')),
  why text,
  decided_at timestamptz,
  decided_by uuid,
  decided_name text,
  version integer not null default 1,
  primary key (org_id, id),
  unique (org_id, revision_id, customer_id),
  foreign key (org_id, revision_id) references revision (org_id, id) on delete cascade,
  foreign key (org_id, customer_id) references customer (org_id, id) on delete cascade
);
create index revision_item_owner on revision_item (org_id, revision_id, owner_id, result);
create index revision_item_customer on revision_item (org_id, customer_id);

-- Conversation about a customer, its files, and who follows the customer.
create table comment (
  org_id uuid not null,
  id uuid not null,
  customer_id uuid not null,
  body text not null,
  mentions uuid[] not null default '{}',
  state text not null default 'active' check (state in ('active', 'removed')),
  edited_at timestamptz,
  author_name text not null,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  created_by uuid,
  primary key (org_id, id),
  foreign key (org_id, customer_id) references customer (org_id, id) on delete cascade
);
create index comment_customer on comment (org_id, customer_id, id);

create table comment_file (
  org_id uuid not null,
  id uuid not null,
  comment_id uuid not null,
  file_id uuid not null,
  created_at timestamptz not null default now(),
  primary key (org_id, id),
  foreign key (org_id, comment_id) references comment (org_id, id) on delete cascade,
  foreign key (org_id, file_id) references file (org_id, id)
);
create index comment_file_of on comment_file (org_id, comment_id);

create table customer_follow (
  org_id uuid not null,
  id uuid not null,
  customer_id uuid not null,
  user_id uuid not null,
  created_at timestamptz not null default now(),
  primary key (org_id, id),
  foreign key (org_id, customer_id) references customer (org_id, id) on delete cascade,
  foreign key (org_id, user_id) references app_user (org_id, id)
);
create unique index customer_follow_once on customer_follow (org_id, customer_id, user_id);
create index customer_follow_user on customer_follow (org_id, user_id);

-- Until when the event log has been told to followers; looked at again a little further back, the notices' keys keep it once.
create table follow_state (
  org_id uuid not null,
  id uuid not null,
  seen_until timestamptz not null,
  primary key (org_id, id)
);

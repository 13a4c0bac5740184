-- One row per notice and receiver. `key` makes a reminder exactly once, whichever process sends it and however often it tries.
create table notification (
  org_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  type text not null,
  params jsonb not null default '{}',
  path text,
  customer_id uuid,
  key text not null,
  created_at timestamptz not null default now(),
  read_at timestamptz,
  primary key (org_id, id),
  foreign key (org_id, user_id) references app_user (org_id, id)
);
create unique index notification_once on notification (org_id, user_id, key);
create index notification_of_user on notification (org_id, user_id, id);
create index notification_unread on notification (org_id, user_id) where read_at is null;

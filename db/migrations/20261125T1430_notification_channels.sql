-- How each user wants to hear of what: channels per type, quiet hours, digest; and where webhooks go.
create table notification_setting (
  org_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  -- type → channels; what is not named follows the type's default.
  channels jsonb not null default '{}',
  -- Local times HH:MM between which nothing is sent out; notices in the app appear anyway.
  quiet_from text,
  quiet_to text,
  -- Once a day at HH:MM one mail with everything instead of a mail each.
  digest_at text,
  version integer not null default 1,
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  foreign key (org_id, user_id) references app_user (org_id, id)
);
create unique index notification_setting_user on notification_setting (org_id, user_id);

-- A bot's address is a secret: whoever knows it can write to the group. `user_id` null: the company's own.
create table notification_webhook (
  org_id uuid not null,
  id uuid not null,
  user_id uuid,
  kind text not null check (kind in ('wecom', 'dingtalk', 'feishu')),
  sealed bytea not null,
  host text not null,
  state text not null default 'active' check (state in ('active', 'failing')),
  last_error text,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  created_by uuid,
  primary key (org_id, id)
);
create unique index notification_webhook_of on notification_webhook (org_id, coalesce(user_id, '00000000-0000-0000-0000-000000000000'::uuid));

-- One row per notice and channel beyond the app: sent at most once each.
create table notification_delivery (
  org_id uuid not null,
  id uuid not null,
  notification_id uuid not null,
  user_id uuid not null,
  channel text not null check (channel in ('mail', 'webhook')),
  state text not null default 'waiting' check (state in ('waiting', 'sending', 'sent', 'failed', 'dropped')),
  due_at timestamptz not null,
  digest boolean not null default false,
  attempts integer not null default 0,
  lease_until timestamptz,
  error text,
  sent_at timestamptz,
  primary key (org_id, id),
  foreign key (org_id, notification_id) references notification (org_id, id) on delete cascade
);
create unique index notification_delivery_once on notification_delivery (org_id, notification_id, channel);
create index notification_delivery_due on notification_delivery (org_id, due_at) where state in ('waiting', 'sending');

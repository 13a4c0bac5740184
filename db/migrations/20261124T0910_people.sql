create table team (
  org_id uuid not null,
  id uuid not null,
  parent_id uuid,
  name text not null,
  -- Ids from the root down to this team: the tree is read without recursion.
  path uuid[] not null,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  primary key (org_id, id),
  foreign key (org_id, parent_id) references team (org_id, id)
);

create table sales_region (
  org_id uuid not null,
  id uuid not null,
  parent_id uuid,
  name text not null,
  path uuid[] not null,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  primary key (org_id, id),
  foreign key (org_id, parent_id) references sales_region (org_id, id)
);

create table role (
  org_id uuid not null,
  id uuid not null,
  key text not null,
  name_zh text not null,
  name_en text not null,
  grants jsonb not null,
  -- Highest sensitivity the holder may read, and per section where it differs.
  clearance text not null default 'internal',
  section_clearance jsonb not null default '{}',
  -- Rows per export without approval; null: no limit.
  export_limit integer default 500,
  builtin boolean not null default false,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  primary key (org_id, id),
  unique (org_id, key)
);

create table app_user (
  org_id uuid not null,
  id uuid not null,
  email text not null,
  email_key text not null,
  name text not null,
  name_sort text not null,
  state text not null default 'active' check (state in ('invited', 'active', 'blocked')),
  lang text not null default 'zh-CN',
  team_id uuid,
  region_ids uuid[] not null default '{}',
  password_hash text,
  password_changed_at timestamptz,
  totp_secret bytea,
  totp_enabled_at timestamptz,
  totp_last_step bigint,
  recovery_hashes text[] not null default '{}',
  failed_count integer not null default 0,
  locked_until timestamptz,
  last_sign_in_at timestamptz,
  preferences jsonb not null default '{}',
  version integer not null default 1,
  created_at timestamptz not null default now(),
  created_by uuid,
  primary key (org_id, id),
  unique (org_id, email_key),
  foreign key (org_id, team_id) references team (org_id, id)
);

create table user_role (
  org_id uuid not null,
  user_id uuid not null,
  role_id uuid not null,
  primary key (org_id, user_id, role_id),
  foreign key (org_id, user_id) references app_user (org_id, id),
  foreign key (org_id, role_id) references role (org_id, id)
);

create table session (
  org_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  token_hash bytea not null,
  -- 'password' until the second factor is shown, then 'full'.
  stage text not null default 'full' check (stage in ('password', 'full')),
  created_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  expires_at timestamptz not null,
  ip text,
  user_agent text,
  primary key (org_id, id),
  foreign key (org_id, user_id) references app_user (org_id, id)
);
create unique index session_token on session (org_id, token_hash);
create index session_of_user on session (org_id, user_id);

create table api_token (
  org_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  name text not null,
  token_hash bytea not null,
  -- Permissions the token may use, at most those of its user; '{*}' for all of them.
  scopes text[] not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz,
  primary key (org_id, id),
  foreign key (org_id, user_id) references app_user (org_id, id)
);
create unique index api_token_hash on api_token (org_id, token_hash);
create index api_token_user on api_token (org_id, user_id);

create table password_reset (
  org_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  token_hash bytea not null,
  purpose text not null check (purpose in ('invite', 'reset')),
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz,
  primary key (org_id, id),
  foreign key (org_id, user_id) references app_user (org_id, id)
);
create unique index password_reset_token on password_reset (org_id, token_hash);

-- Before sign-in no company is known: these two look across companies, and tell only what sign-in needs.
create function sign_in_candidates(p_email_key text) returns table (org_id uuid, user_id uuid)
  language sql security definer stable set search_path = public as $$
  select u.org_id, u.id from app_user u where u.email_key = p_email_key order by u.org_id limit 5
$$;
create index app_user_email on app_user (email_key);
create function installation_orgs() returns table (org_id uuid, name text)
  language sql security definer stable set search_path = public as $$
  select o.org_id, o.name from org o order by o.created_at
$$;

-- Links for people without an account: a form to fill in, minutes to confirm, material to read. Only the token's hash is stored.
create table public_link (
  org_id uuid not null,
  id uuid not null,
  token_hash bytea not null,
  purpose text not null,
  subject_id uuid not null,
  customer_id uuid,
  contact_id uuid,
  data jsonb not null default '{}',
  single_use boolean not null default false,
  expires_at timestamptz,
  revoked_at timestamptz,
  used_count integer not null default 0,
  last_used_at timestamptz,
  created_at timestamptz not null default now(),
  created_by uuid,
  primary key (org_id, id)
);
create unique index public_link_token on public_link (org_id, token_hash);
create index public_link_subject on public_link (org_id, purpose, subject_id, id);

create table field (
  org_id uuid not null,
  id uuid not null,
  object text not null,
  key text not null,
  type text not null,
  label_zh text not null,
  label_en text not null,
  help_zh text not null default '',
  help_en text not null default '',
  section text not null,
  kinds text[],
  position double precision not null,
  required boolean not null default false,
  is_unique boolean not null default false,
  default_value jsonb,
  rules jsonb not null default '{}',
  options jsonb not null default '[]',
  sensitivity text not null default 'internal',
  personal text not null default 'none',
  purpose text not null default '',
  tracked boolean not null default false,
  searchable boolean not null default false,
  filterable boolean not null default true,
  weight double precision not null default 1,
  builtin boolean not null default false,
  hidden boolean not null default false,
  read_only boolean not null default false,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  primary key (org_id, id),
  unique (org_id, object, key)
);

create table section (
  org_id uuid not null,
  id uuid not null,
  object text not null,
  key text not null,
  label_zh text not null,
  label_en text not null,
  kinds text[],
  position double precision not null,
  hidden boolean not null default false,
  builtin boolean not null default false,
  version integer not null default 1,
  primary key (org_id, id),
  unique (org_id, object, key)
);

-- Values of fields marked unique: the primary key decides between two writers at once.
create table unique_value (
  org_id uuid not null,
  object text not null,
  field text not null,
  value text not null,
  record_id uuid not null,
  primary key (org_id, object, field, value)
);
create index unique_value_record on unique_value (org_id, record_id);

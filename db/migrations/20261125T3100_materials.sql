-- The materials library: brochures and manuals in versions, what was sent to whom, and what came of it.
create table material (
  org_id uuid not null,
  id uuid not null,
  title text not null,
  kind text not null check (kind in ('brochure', 'manual', 'catalogue', 'dataSheet', 'priceList', 'case', 'certificate', 'presentation', 'video', 'other')),
  language text not null check (language in ('zh', 'en', 'zh-en', 'ja', 'ko', 'de', 'fr', 'es', 'pt', 'ru', 'ar', 'other')),
  product text not null default '',
  -- What readers are told beside the title.
  summary text not null default '',
  -- Last day on which it may be sent.
  valid_until date,
  -- Number of the newest version; 0 until a file is there.
  edition integer not null default 0,
  withdrawn_at timestamptz,
  withdrawn_by uuid,
  withdrawn_reason text not null default '',
  version integer not null default 1,
  created_at timestamptz not null default now(),
  created_by uuid,
  primary key (org_id, id)
);

create table material_version (
  org_id uuid not null,
  id uuid not null,
  material_id uuid not null,
  edition integer not null,
  file_id uuid not null,
  note text not null default '',
  created_at timestamptz not null default now(),
  created_by uuid,
  primary key (org_id, id),
  foreign key (org_id, material_id) references material (org_id, id) on delete cascade,
  foreign key (org_id, file_id) references file (org_id, id)
);
create unique index material_version_edition on material_version (org_id, material_id, edition);

-- One mail to one person, with one or several materials.
create table material_mail (
  org_id uuid not null,
  id uuid not null,
  customer_id uuid not null,
  contact_id uuid,
  email text not null,
  subject text not null,
  body text not null,
  language text not null,
  state text not null default 'queued' check (state in ('queued', 'sent', 'refused', 'dropped', 'failed')),
  mailed_at timestamptz,
  created_at timestamptz not null default now(),
  created_by uuid not null,
  primary key (org_id, id),
  foreign key (org_id, customer_id) references customer (org_id, id) on delete cascade,
  foreign key (org_id, contact_id) references contact (org_id, id) on delete set null (contact_id)
);
create index material_mail_customer on material_mail (org_id, customer_id);
create index material_mail_contact on material_mail (org_id, contact_id) where contact_id is not null;

-- One material given to one person.
create table material_send (
  org_id uuid not null,
  id uuid not null,
  material_id uuid not null,
  customer_id uuid not null,
  contact_id uuid,
  recipient text not null,
  channel text not null check (channel in ('mail', 'link', 'paper')),
  -- Version that was sent; `newest` lets the link answer with what is newest when it is opened.
  edition integer not null,
  newest boolean not null default false,
  mail_id uuid,
  link_id uuid,
  revoked_at timestamptz,
  revoked_by uuid,
  opened_first_at timestamptz,
  opened_last_at timestamptz,
  opened_count integer not null default 0,
  downloaded_first_at timestamptz,
  downloaded_last_at timestamptz,
  downloaded_count integer not null default 0,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  created_by uuid not null,
  primary key (org_id, id),
  foreign key (org_id, material_id) references material (org_id, id),
  foreign key (org_id, customer_id) references customer (org_id, id) on delete cascade,
  foreign key (org_id, contact_id) references contact (org_id, id) on delete set null (contact_id),
  foreign key (org_id, mail_id) references material_mail (org_id, id)
);
create index material_send_material on material_send (org_id, material_id, id);
create index material_send_customer on material_send (org_id, customer_id, id);
create index material_send_contact on material_send (org_id, contact_id, id) where contact_id is not null;
create index material_send_mail on material_send (org_id, mail_id) where mail_id is not null;

-- Customers somebody knows already: no guide to the first contact on their card.
create table first_contact_waiver (
  org_id uuid not null,
  id uuid not null,
  customer_id uuid not null,
  created_at timestamptz not null default now(),
  created_by uuid not null,
  primary key (org_id, id),
  foreign key (org_id, customer_id) references customer (org_id, id) on delete cascade
);
create index first_contact_waiver_customer on first_contact_waiver (org_id, customer_id);

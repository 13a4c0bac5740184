-- Photos of business cards, read by a job and confirmed by a person.
create table business_card (
  org_id uuid not null,
  id uuid not null,
  file_id uuid not null,
  file_name text not null,
  state text not null default 'queued'
    check (state in ('queued', 'running', 'read', 'failed', 'confirmed', 'discarded')),
  job_id uuid,
  -- What was read, until it is confirmed or discarded: afterwards the values live on the customer's card alone.
  fields jsonb,
  -- Degrees clockwise until the picture stands upright.
  rotation integer not null default 0,
  error_code text,
  customer_id uuid,
  contact_id uuid,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  created_by uuid not null,
  finished_at timestamptz,
  primary key (org_id, id),
  foreign key (org_id, file_id) references file (org_id, id),
  foreign key (org_id, customer_id) references customer (org_id, id) on delete set null (customer_id),
  foreign key (org_id, contact_id) references contact (org_id, id) on delete set null (contact_id)
);
create index business_card_recent on business_card (org_id, created_by, id);
create index business_card_customer on business_card (org_id, customer_id) where customer_id is not null;
create index business_card_contact on business_card (org_id, contact_id) where contact_id is not null;

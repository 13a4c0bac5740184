-- Forms and questionnaires: questions in order, answered by people without an account or typed in from paper.
create table form (
  org_id uuid not null,
  id uuid not null,
  state text not null default 'draft' check (state in ('draft', 'open', 'closed')),
  -- Kind of customer whose fields are asked and who is made from an accepted answer.
  kind text not null,
  -- What the designer edits; answers refer to a published revision.
  content jsonb not null,
  expires_on date,
  max_answers integer check (max_answers > 0),
  -- Days after the invitation on which those who did not answer are reminded.
  remind_days integer[] not null default '{}',
  -- Sites that may show the form in a frame.
  sites text[] not null default '{}',
  revision integer not null default 0,
  link_id uuid,
  answers integer not null default 0,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  created_by uuid,
  author_name text not null,
  updated_at timestamptz not null default now(),
  primary key (org_id, id)
);

create table form_revision (
  org_id uuid not null,
  id uuid not null,
  form_id uuid not null,
  number integer not null,
  -- Frozen: the questions with the dictionary's fields as they were.
  content jsonb not null,
  published_at timestamptz not null default now(),
  published_by uuid,
  author_name text not null,
  primary key (org_id, id),
  unique (org_id, form_id, number),
  foreign key (org_id, form_id) references form (org_id, id) on delete cascade
);

-- One-time links: personal ones name a customer and perhaps a contact.
create table form_invitation (
  org_id uuid not null,
  id uuid not null,
  form_id uuid not null,
  link_id uuid not null,
  customer_id uuid,
  contact_id uuid,
  email text,
  lang text not null,
  mailed_at timestamptz,
  reminded integer not null default 0,
  reminded_at timestamptz,
  answered_at timestamptz,
  created_at timestamptz not null default now(),
  created_by uuid,
  primary key (org_id, id),
  foreign key (org_id, form_id) references form (org_id, id) on delete cascade,
  foreign key (org_id, customer_id) references customer (org_id, id) on delete cascade,
  foreign key (org_id, contact_id) references contact (org_id, id) on delete cascade
);
create index form_invitation_form on form_invitation (org_id, form_id, id);
create index form_invitation_customer on form_invitation (org_id, customer_id);
create index form_invitation_contact on form_invitation (org_id, contact_id);
create index form_invitation_waiting on form_invitation (org_id, form_id, mailed_at) where answered_at is null;

create table form_answer (
  org_id uuid not null,
  id uuid not null,
  form_id uuid not null,
  revision integer not null,
  invitation_id uuid,
  customer_id uuid,
  contact_id uuid,
  channel text not null check (channel in ('link', 'embedded', 'personal', 'typed')),
  lang text not null,
  values jsonb not null,
  state text not null default 'new' check (state in ('new', 'accepted', 'refused')),
  -- Question -> accepted or refused.
  decisions jsonb not null default '{}',
  reason text,
  version integer not null default 1,
  submitted_at timestamptz not null default now(),
  typed_by uuid,
  author_name text,
  reviewed_at timestamptz,
  reviewed_by uuid,
  reviewer_name text,
  primary key (org_id, id),
  foreign key (org_id, form_id) references form (org_id, id) on delete cascade,
  foreign key (org_id, customer_id) references customer (org_id, id) on delete cascade,
  foreign key (org_id, contact_id) references contact (org_id, id) on delete set null (contact_id)
);
create index form_answer_state on form_answer (org_id, state, id);
create index form_answer_form on form_answer (org_id, form_id, submitted_at);
create index form_answer_customer on form_answer (org_id, customer_id);
create index form_answer_contact on form_answer (org_id, contact_id);

-- What a person agreed to: kept as evidence, also when the customer is gone.
create table form_consent (
  org_id uuid not null,
  id uuid not null,
  form_id uuid not null,
  revision integer not null,
  answer_id uuid not null,
  customer_id uuid,
  contact_id uuid,
  purpose text not null,
  consent_text text not null,
  lang text not null,
  ip_hash bytea,
  given_at timestamptz not null default now(),
  primary key (org_id, id),
  unique (org_id, answer_id),
  foreign key (org_id, customer_id) references customer (org_id, id) on delete set null (customer_id),
  foreign key (org_id, contact_id) references contact (org_id, id) on delete set null (contact_id)
);
create index form_consent_customer on form_consent (org_id, customer_id);
create index form_consent_contact on form_consent (org_id, contact_id);

create table form_file (
  org_id uuid not null,
  id uuid not null,
  form_id uuid not null,
  link_id uuid not null,
  question text not null,
  answer_id uuid,
  file_id uuid not null,
  created_at timestamptz not null default now(),
  primary key (org_id, id),
  foreign key (org_id, form_id) references form (org_id, id) on delete cascade,
  foreign key (org_id, file_id) references file (org_id, id)
);
create index form_file_answer on form_file (org_id, answer_id);
create index form_file_link on form_file (org_id, link_id);

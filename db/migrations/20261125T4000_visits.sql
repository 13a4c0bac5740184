-- Visits from plan to result, and what they are planned by.
create table visit_purpose (
  org_id uuid not null,
  id uuid not null,
  name text not null,
  -- What is to be seen to on such a visit, in order.
  checklist text[] not null default '{}',
  state text not null default 'active' check (state in ('active', 'retired')),
  version integer not null default 1,
  created_at timestamptz not null default now(),
  created_by uuid,
  primary key (org_id, id)
);

-- The company's rules for visits and minutes: one row, or the defaults.
create table work_setting (
  org_id uuid not null,
  id uuid not null,
  -- How far from the customer a check-in may be without a reason; none: distance is not asked for.
  radius_metres integer,
  -- Working days in which minutes are sent.
  minutes_days integer not null default 2,
  -- Working days after which somebody who was sent minutes is reminded.
  confirm_days integer not null default 3,
  -- Types of activities that owe minutes.
  minutes_after text[] not null default '{meeting}',
  minutes_review boolean not null default true,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  created_by uuid,
  primary key (org_id, id)
);
create unique index work_setting_one on work_setting (org_id);

-- Where a customer is found; the newest counts. Rows of merged customers come together here.
create table customer_location (
  org_id uuid not null,
  id uuid not null,
  customer_id uuid not null,
  latitude double precision not null check (latitude between -90 and 90),
  longitude double precision not null check (longitude between -180 and 180),
  created_at timestamptz not null default now(),
  created_by uuid,
  primary key (org_id, id),
  foreign key (org_id, customer_id) references customer (org_id, id) on delete cascade
);
create index customer_location_customer on customer_location (org_id, customer_id, id);

create table visit (
  org_id uuid not null,
  id uuid not null,
  customer_id uuid not null,
  visitor_id uuid not null,
  purpose_id uuid,
  purpose_name text not null default '',
  aim text not null,
  place text not null default '',
  planned_at timestamptz not null,
  planned_minutes integer,
  -- [{ "text", "done", "note" }]
  checklist jsonb not null default '[]',
  state text not null check (state in ('pending', 'returned', 'refused', 'approved', 'departed', 'arrived', 'left', 'done', 'cancelled')),
  -- Who asked for the present approval; none when no flow is published.
  submitted_by uuid,
  departed_at timestamptz,
  arrived_at timestamptz,
  -- Whether the phone told where it was: known, denied, unavailable, off.
  arrival_location text,
  arrival_latitude double precision,
  arrival_longitude double precision,
  arrival_accuracy integer,
  arrival_distance integer,
  arrival_note text not null default '',
  left_at timestamptz,
  outcome text,
  summary text not null default '',
  activity_id uuid,
  -- Puts the visit into calendar, Today and the card's next step.
  task_id uuid,
  done_at timestamptz,
  cancelled_at timestamptz,
  cancelled_by uuid,
  cancel_reason text not null default '',
  version integer not null default 1,
  created_at timestamptz not null default now(),
  created_by uuid,
  primary key (org_id, id),
  foreign key (org_id, customer_id) references customer (org_id, id) on delete cascade,
  foreign key (org_id, visitor_id) references app_user (org_id, id)
);
create index visit_customer on visit (org_id, customer_id, planned_at, id);
create index visit_visitor on visit (org_id, visitor_id, planned_at, id);
create index visit_planned on visit (org_id, planned_at, id);
create index visit_task on visit (org_id, task_id) where task_id is not null;

create table visit_companion (
  org_id uuid not null,
  id uuid not null,
  visit_id uuid not null,
  user_id uuid not null,
  primary key (org_id, id),
  foreign key (org_id, visit_id) references visit (org_id, id) on delete cascade,
  foreign key (org_id, user_id) references app_user (org_id, id)
);
create unique index visit_companion_of on visit_companion (org_id, visit_id, user_id);
create index visit_companion_user on visit_companion (org_id, user_id);

create table visit_contact (
  org_id uuid not null,
  id uuid not null,
  visit_id uuid not null,
  contact_id uuid not null,
  primary key (org_id, id),
  foreign key (org_id, visit_id) references visit (org_id, id) on delete cascade,
  foreign key (org_id, contact_id) references contact (org_id, id) on delete cascade
);
create unique index visit_contact_of on visit_contact (org_id, visit_id, contact_id);
create index visit_contact_contact on visit_contact (org_id, contact_id);

create table visit_photo (
  org_id uuid not null,
  id uuid not null,
  visit_id uuid not null,
  file_id uuid not null,
  created_at timestamptz not null default now(),
  created_by uuid,
  primary key (org_id, id),
  foreign key (org_id, visit_id) references visit (org_id, id) on delete cascade
);
create index visit_photo_of on visit_photo (org_id, visit_id, id);

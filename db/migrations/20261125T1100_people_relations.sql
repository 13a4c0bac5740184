-- The personal profile of a contact: a column per built-in field of the dictionary.
alter table contact
  add column name_en text,
  add column salutation text,
  add column roles text[],
  add column addresses jsonb,
  add column language text,
  add column preferred_channel text,
  add column responsibilities text,
  add column ability text,
  add column career text,
  add column hometown text,
  add column school text,
  add column major text,
  add column education text,
  add column personality text,
  add column sports text[],
  add column food text[],
  add column taboos text,
  add column pets text,
  add column reading text[],
  add column holidays text,
  add column itinerary text,
  add column marital_status text,
  add column spouse text,
  add column children text,
  add column family text,
  add column wedding_anniversary date,
  add column personal_goals text,
  add column career_goals text,
  add column concerns text,
  add column achievements text;

-- Month and day as one number, so that coming birthdays are an index range: 1 March is 301; a leap lunar month adds 10000.
alter table contact
  add column birthday_code smallint generated always as
    ((extract(month from birthday) * 100 + extract(day from birthday))::smallint) stored,
  add column lunar_birthday_code smallint generated always as
    (((lunar_birthday ->> 'month')::int * 100 + (lunar_birthday ->> 'day')::int
      + case when lunar_birthday ->> 'leap' = 'true' then 10000 else 0 end)::smallint) stored;
alter table customer
  add column birthday_code smallint generated always as
    ((extract(month from birthday) * 100 + extract(day from birthday))::smallint) stored,
  add column lunar_birthday_code smallint generated always as
    (((lunar_birthday ->> 'month')::int * 100 + (lunar_birthday ->> 'day')::int
      + case when lunar_birthday ->> 'leap' = 'true' then 10000 else 0 end)::smallint) stored;
create index contact_birthday on contact (org_id, birthday_code, id) where birthday_code is not null;
create index contact_lunar_birthday on contact (org_id, lunar_birthday_code, id) where lunar_birthday_code is not null;
create index customer_birthday on customer (org_id, birthday_code, id) where birthday_code is not null;
create index customer_lunar_birthday on customer (org_id, lunar_birthday_code, id) where lunar_birthday_code is not null;

-- The first fields of a contact lay in one section; new companies get them where they belong, existing ones here.
update field set section = 'work' where object = 'contact' and builtin and section = 'contact'
  and key in ('position', 'department', 'buyingRole', 'attitude');
update field set section = 'personal' where object = 'contact' and builtin and section = 'contact'
  and key in ('birthday', 'lunarBirthday', 'hobbies');

-- Where a person works and worked. The open row at the contact's own customer is the present post; further open rows share
-- the person with other customers; closed rows are the career, also at companies that are no customer (company_name).
create table employment (
  org_id uuid not null,
  id uuid not null,
  contact_id uuid not null,
  customer_id uuid,
  company_name text,
  position text,
  department text,
  from_on date,
  to_on date,
  reports_to uuid,
  note text,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  created_by uuid,
  primary key (org_id, id),
  foreign key (org_id, contact_id) references contact (org_id, id) on delete cascade,
  foreign key (org_id, customer_id) references customer (org_id, id) on delete cascade,
  foreign key (org_id, reports_to) references contact (org_id, id) on delete set null (reports_to),
  check (customer_id is not null or company_name is not null),
  check (to_on >= from_on),
  check (reports_to <> contact_id)
);
create index employment_contact on employment (org_id, contact_id, id);
create index employment_customer on employment (org_id, customer_id, id);
create index employment_reports_to on employment (org_id, reports_to) where reports_to is not null;
insert into employment (org_id, id, contact_id, customer_id, position, department, created_at, created_by)
  select org_id, id, id, customer_id, position, department, created_at, created_by from contact;

-- What customers and people can be to each other; a company renames, hides and adds.
create table relation_type (
  org_id uuid not null,
  id uuid not null,
  key text not null,
  -- What the second is to the first, and the first to the second: 子公司 and 母公司.
  name_zh text not null,
  name_en text not null,
  inverse_zh text not null,
  inverse_en text not null,
  is_symmetric boolean not null default false,
  -- A chain of this type may not come back to where it began.
  is_acyclic boolean not null default false,
  first_kinds text[] not null,
  second_kinds text[] not null,
  position integer not null default 0,
  builtin boolean not null default false,
  hidden boolean not null default false,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  primary key (org_id, id),
  unique (org_id, key)
);

create table relation (
  org_id uuid not null,
  id uuid not null,
  type_id uuid not null,
  from_customer_id uuid,
  from_contact_id uuid,
  from_user_id uuid,
  to_customer_id uuid,
  to_contact_id uuid,
  from_id uuid not null generated always as (coalesce(from_customer_id, from_contact_id, from_user_id)) stored,
  to_id uuid not null generated always as (coalesce(to_customer_id, to_contact_id)) stored,
  from_on date,
  to_on date,
  strength smallint not null default 3 check (strength between 1 and 5),
  source text,
  note text,
  -- Thanks for a referral: owed until somebody says when and how they were given.
  thanks_due_on date,
  thanked_at timestamptz,
  thanked_by uuid,
  thanks_note text,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  created_by uuid,
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  foreign key (org_id, type_id) references relation_type (org_id, id),
  foreign key (org_id, from_customer_id) references customer (org_id, id) on delete cascade,
  foreign key (org_id, from_contact_id) references contact (org_id, id) on delete cascade,
  foreign key (org_id, from_user_id) references app_user (org_id, id),
  foreign key (org_id, to_customer_id) references customer (org_id, id) on delete cascade,
  foreign key (org_id, to_contact_id) references contact (org_id, id) on delete cascade,
  check (num_nonnulls(from_customer_id, from_contact_id, from_user_id) = 1),
  check (num_nonnulls(to_customer_id, to_contact_id) = 1),
  check (coalesce(from_customer_id, from_contact_id, from_user_id) <> coalesce(to_customer_id, to_contact_id)),
  check (to_on >= from_on)
);
-- Two people recording the same relation at once, in either direction: the second is refused.
create unique index relation_once on relation (org_id, type_id, least(from_id, to_id), greatest(from_id, to_id))
  where to_on is null;
create index relation_from on relation (org_id, from_id, id);
create index relation_to on relation (org_id, to_id, id);
create index relation_type_of on relation (org_id, type_id, from_id);
create index relation_thanks on relation (org_id, thanks_due_on, id) where thanks_due_on is not null and thanked_at is null;

-- Weekly inspection of customer cards: who inspects, how the sample is drawn, what is looked at.
create table inspection_plan (
  org_id uuid not null,
  id uuid not null,
  name text not null,
  inspector_id uuid not null,
  -- Reps of this team and the teams below; null: everybody the inspector may inspect.
  team_id uuid,
  rule text not null check (rule in ('perRep', 'percent', 'all')),
  amount integer not null default 5,
  condition jsonb,
  checklist jsonb not null,
  -- 1 Monday … 7 Sunday.
  weekday integer not null default 1 check (weekday between 1 and 7),
  fix_days integer not null default 5,
  -- A card inspected within so many weeks is not drawn again.
  rest_weeks integer not null default 4,
  active boolean not null default true,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  primary key (org_id, id),
  foreign key (org_id, inspector_id) references app_user (org_id, id),
  foreign key (org_id, team_id) references team (org_id, id)
);
create index inspection_plan_inspector on inspection_plan (org_id, inspector_id);

-- The sample of one week; `week` is its Monday.
create table inspection_round (
  org_id uuid not null,
  id uuid not null,
  plan_id uuid not null,
  week date not null,
  inspector_id uuid not null,
  checklist jsonb not null,
  fix_days integer not null,
  drawn boolean not null default false,
  created_at timestamptz not null default now(),
  primary key (org_id, id),
  unique (org_id, plan_id, week),
  foreign key (org_id, plan_id) references inspection_plan (org_id, id)
);
create index inspection_round_inspector on inspection_round (org_id, inspector_id, id);

create table inspection_item (
  org_id uuid not null,
  id uuid not null,
  round_id uuid not null,
  customer_id uuid not null,
  rep_id uuid not null,
  state text not null default 'open' check (state in ('open', 'passed', 'remarked')),
  answers jsonb not null default '{}',
  inspected_by uuid,
  inspected_at timestamptz,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  primary key (org_id, id),
  unique (org_id, round_id, customer_id),
  foreign key (org_id, round_id) references inspection_round (org_id, id),
  foreign key (org_id, customer_id) references customer (org_id, id) on delete cascade
);
create index inspection_item_round on inspection_item (org_id, round_id, id);
create index inspection_item_state on inspection_item (org_id, round_id, state, id);
create index inspection_item_customer on inspection_item (org_id, customer_id, created_at);
create index inspection_item_rep on inspection_item (org_id, rep_id, created_at);

-- A remark is a task: the rep fixes, the inspector checks again.
create table inspection_remark (
  org_id uuid not null,
  id uuid not null,
  item_id uuid,
  customer_id uuid not null,
  rep_id uuid not null,
  -- Field of the card it is pinned to; null: the card as a whole.
  field_key text,
  body text not null,
  fix_by date not null,
  state text not null default 'open' check (state in ('open', 'fixed', 'closed')),
  reopened integer not null default 0,
  author_id uuid not null,
  fixed_by uuid,
  fixed_at timestamptz,
  fix_note text,
  checked_by uuid,
  checked_at timestamptz,
  check_note text,
  reminded_on date,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  primary key (org_id, id),
  foreign key (org_id, item_id) references inspection_item (org_id, id) on delete cascade,
  foreign key (org_id, customer_id) references customer (org_id, id) on delete cascade
);
create index inspection_remark_customer on inspection_remark (org_id, customer_id, id);
create index inspection_remark_rep on inspection_remark (org_id, rep_id, state, id);
create index inspection_remark_author on inspection_remark (org_id, author_id, state, id);
create index inspection_remark_item on inspection_remark (org_id, item_id) where item_id is not null;
create index inspection_remark_due on inspection_remark (org_id, fix_by, id) where state = 'open';

-- A rep's results of one day, discussed the day after.
create table discussion (
  org_id uuid not null,
  id uuid not null,
  rep_id uuid not null,
  day date not null,
  discussed_at timestamptz,
  discussed_by uuid,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  primary key (org_id, id),
  unique (org_id, rep_id, day),
  foreign key (org_id, rep_id) references app_user (org_id, id)
);

create table discussion_remark (
  org_id uuid not null,
  id uuid not null,
  discussion_id uuid not null,
  -- The record it speaks of; null: the day as a whole.
  event_id uuid,
  author_id uuid not null,
  body text not null,
  created_at timestamptz not null default now(),
  primary key (org_id, id),
  foreign key (org_id, discussion_id) references discussion (org_id, id) on delete cascade
);
create index discussion_remark_of on discussion_remark (org_id, discussion_id, id);

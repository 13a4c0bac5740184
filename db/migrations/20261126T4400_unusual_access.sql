-- What each user did in a day, counted once from the access log: what is usual is read from here, not from the log.
create table access_figure (
  org_id uuid not null,
  day date not null,
  user_id uuid not null,
  cards bigint not null,
  listed bigint not null,
  exported bigint not null,
  taken bigint not null,
  outside bigint not null,
  failures bigint not null,
  denied bigint not null,
  primary key (org_id, day, user_id),
  foreign key (org_id, user_id) references app_user (org_id, id)
);

create table unusual_access (
  org_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  day date not null,
  kind text not null check (kind in ('cards', 'listed', 'exported', 'taken', 'outside', 'failures', 'denied')),
  counted bigint not null,
  -- Median of the user's last working days, and how many would have been allowed for: a later setting does not change them.
  usual numeric not null,
  allowed bigint not null,
  state text not null default 'open' check (state in ('open', 'explained')),
  comment text,
  decided_by uuid,
  decided_at timestamptz,
  found_at timestamptz not null,
  version integer not null default 1,
  primary key (org_id, id),
  unique (org_id, user_id, day, kind),
  foreign key (org_id, user_id) references app_user (org_id, id),
  foreign key (org_id, decided_by) references app_user (org_id, id)
);
create index unusual_access_state on unusual_access (org_id, state, id);

create table unusual_setting (
  org_id uuid not null,
  id uuid not null,
  times numeric not null default 4,
  -- Kind to the number below which nothing is unusual.
  floors jsonb not null default '{"cards": 60, "listed": 5000, "exported": 1000, "taken": 100, "outside": 30, "failures": 8, "denied": 20}',
  work_from text not null default '07:00',
  work_to text not null default '21:00',
  version integer not null default 1,
  primary key (org_id, id),
  unique (org_id)
);

-- Cards carried for the day. A carry is what one person has on one device; its cards go back together or one by one.
create table carry (
  org_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  device text not null default '',
  day date not null,
  taken_at timestamptz not null default now(),
  due_at timestamptz not null,
  -- The device asks with a token of its own whether it may still hold the cards: a session is over long before the day is.
  token_hash bytea not null,
  -- Private half (sealed) of the key the device seals what it records to: neither a lost nor an emptied phone can be read.
  entry_key bytea not null,
  ended_at timestamptz,
  seen_at timestamptz,
  wiped_at timestamptz,
  version integer not null default 1,
  primary key (org_id, id),
  foreign key (org_id, user_id) references app_user (org_id, id)
);
create unique index carry_token on carry (org_id, token_hash);
create index carry_open on carry (org_id, due_at, id) where ended_at is null;
create index carry_user on carry (org_id, user_id, taken_at, id);
create index carry_taken on carry (org_id, taken_at, id);

create table day_card (
  org_id uuid not null,
  id uuid not null,
  carry_id uuid not null,
  customer_id uuid not null,
  user_id uuid not null,
  device text not null default '',
  day date not null,
  taken_at timestamptz not null default now(),
  due_at timestamptz not null,
  state text not null default 'out' check (state in ('out', 'returned')),
  returned_at timestamptz,
  -- The person who returned it; none when the day's end or a block did.
  returned_by uuid,
  returned_how text check (returned_how in ('rep', 'supervisor', 'dayEnd', 'blocked', 'access', 'device')),
  primary key (org_id, id),
  foreign key (org_id, carry_id) references carry (org_id, id),
  foreign key (org_id, customer_id) references customer (org_id, id) on delete cascade
);
create index day_card_carry on day_card (org_id, carry_id);
create index day_card_user on day_card (org_id, user_id) where state = 'out';
create index day_card_customer on day_card (org_id, customer_id, taken_at);

-- Cards a role may carry at once; null: the usual number.
create table carry_limit (
  org_id uuid not null,
  id uuid not null,
  role_id uuid not null,
  cards integer check (cards between 0 and 50),
  version integer not null default 1,
  primary key (org_id, id),
  foreign key (org_id, role_id) references role (org_id, id) on delete cascade
);
create unique index carry_limit_role on carry_limit (org_id, role_id);

-- What a device recorded without a network, by the id the device gave it: sent twice it still counts once. What could not be applied waits here.
create table carry_entry (
  org_id uuid not null,
  id uuid not null,
  carry_id uuid not null,
  user_id uuid not null,
  kind text not null check (kind in ('activity', 'capture')),
  state text not null check (state in ('applied', 'refused', 'discarded')),
  -- Only of refused ones, until somebody has decided.
  content jsonb,
  problem jsonb,
  received_at timestamptz not null default now(),
  version integer not null default 1,
  primary key (org_id, id),
  foreign key (org_id, carry_id) references carry (org_id, id)
);
create index carry_entry_refused on carry_entry (org_id, user_id, id) where state = 'refused';

-- Quick capture: noted in a moment, made a customer later.
create table capture (
  org_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  name text not null default '',
  number text not null default '',
  note text not null default '',
  photo_id uuid,
  captured_at timestamptz not null,
  received_at timestamptz not null default now(),
  state text not null default 'open' check (state in ('open', 'completed', 'dropped')),
  customer_id uuid,
  version integer not null default 1,
  primary key (org_id, id),
  foreign key (org_id, user_id) references app_user (org_id, id),
  foreign key (org_id, customer_id) references customer (org_id, id) on delete set null (customer_id)
);
create index capture_mine on capture (org_id, user_id, state, captured_at, id);
create index capture_customer on capture (org_id, customer_id) where customer_id is not null;

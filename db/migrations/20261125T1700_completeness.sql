-- How complete and how fresh cards are: facts on the customer, the company's settings, figures of the night.
alter table customer
  add column completeness numeric,
  add column stale_fields numeric,
  add column freshest_on date;
create index customer_completeness on customer (org_id, state, completeness, id);
create index customer_stale_fields on customer (org_id, state, stale_fields, id);

create table quality_setting (
  org_id uuid not null,
  id uuid not null,
  -- Grade to field key to multiplier of the field's weight.
  multipliers jsonb not null default '{}',
  -- Field key, or section:<key>, to days; null: the defaults.
  limits jsonb,
  calculated_at timestamptz,
  version integer not null default 1,
  primary key (org_id, id),
  unique (org_id)
);

-- Counted by the night's job, so that no page reads the whole base.
create table completeness_figure (
  org_id uuid not null,
  id uuid not null,
  owner_id uuid,
  team_id uuid,
  region_id uuid,
  kind text not null,
  grade text,
  customers integer not null,
  scored integer not null,
  score_sum numeric not null,
  low integer not null,
  middle integer not null,
  high integer not null,
  stale integer not null,
  primary key (org_id, id)
);
create index completeness_figure_owner on completeness_figure (org_id, owner_id);
create index completeness_figure_team on completeness_figure (org_id, team_id);

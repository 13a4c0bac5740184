-- A value of a choice once explained by hand is understood next time; empty: it is no choice, its words go into the remarks.
create table import_value (
  org_id uuid not null,
  object text not null,
  target text not null,
  value text not null,
  meaning text not null,
  primary key (org_id, object, target, value)
);

-- Who used the dossiers and which customers were viewed in the thirty days of the last count: the page reads the night's counts,
-- not the log.
create table usage_figure (
  org_id uuid not null,
  id uuid not null,
  about text not null check (about in ('reader', 'customer')),
  subject_id uuid not null,
  times integer not null,
  primary key (org_id, id)
);
create index usage_figure_times on usage_figure (org_id, about, times, subject_id);

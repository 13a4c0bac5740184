alter table contact add column photo text;
alter table customer add column photo text;

-- Which records have or had a picture as the value of which field: who may read one of them may see it.
create table record_picture (
  org_id uuid not null,
  file_id uuid not null,
  object text not null,
  record_id uuid not null,
  field text not null,
  primary key (org_id, file_id, object, record_id, field),
  foreign key (org_id, file_id) references file (org_id, id)
);

-- Like a customer, a person merged into another keeps leading there: links in messages and bookmarks stay good.
alter table contact add column merged_into uuid;
update contact set merged_into = record_merge.survivor_id
  from record_merge cross join jsonb_array_elements(record_merge.merged) as one
  where record_merge.object = 'contact' and record_merge.state = 'done' and record_merge.org_id = contact.org_id
    and contact.id = (one ->> 'id')::uuid and contact.state = 'trashed';

-- Letters and digits beside Chinese characters (3M中国) have become words of their own: search texts written before lack them.
insert into job (org_id, id, kind, payload, unique_key)
select org.org_id, gen_random_uuid(), 'fields.reindex', jsonb_build_object('object', object), object
from org, unnest(array['customer', 'contact']) as object
on conflict do nothing;

-- Facts on the customer's card, kept by the materials module: lists and segments find who opened what was sent.
alter table customer add column material_sent_at timestamptz;
alter table customer add column material_opened_at timestamptz;
create index customer_material_opened on customer (org_id, state, material_opened_at, id) where material_opened_at is not null;
update customer c set material_sent_at = f.sent, material_opened_at = f.opened
from (select org_id, customer_id, max(created_at) sent, max(opened_last_at) opened from material_send group by org_id, customer_id) f
where f.org_id = c.org_id and f.customer_id = c.id;

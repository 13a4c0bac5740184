-- Numbers of customers that are gone (an import was taken back). Before, a sequence that began read every event ever written to know them.
create table retired_number (
  org_id uuid not null,
  key text not null,
  number text collate "C" not null,
  primary key (org_id, key, number)
);
insert into retired_number (org_id, key, number)
select distinct e.org_id, 'customer', e.changes->'number'->>'to' from event e
where e.kind = 'customer.created' and e.changes->'number'->>'to' is not null
  and not exists (select 1 from customer c where c.org_id = e.org_id and c.number = e.changes->'number'->>'to');

-- By byte, so that the numbers of one period lie together in the index whatever language the database was made for.
alter table customer alter column number type text collate "C";

-- How many cards may be carried belongs to the role, beside its export limit.
alter table role add column carry_limit integer not null default 20 check (carry_limit between 0 and 50);
update role r set carry_limit = l.cards from carry_limit l where l.org_id = r.org_id and l.role_id = r.id and l.cards is not null;
drop table carry_limit;
update role set grants = grants - 'carry:limit' where jsonb_exists(grants, 'carry:limit');
-- What came back when, for the supervisor.
create index day_card_returned on day_card (org_id, returned_at, id) where state = 'returned';

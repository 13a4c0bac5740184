-- Intelligence is found by the same pieces of text as customers; notes written before have none and are looked through.
alter table intelligence add column search_tokens text[], add column search_text text;
create index intelligence_tokens on intelligence using gin (search_tokens);
create index intelligence_without_tokens on intelligence (org_id, id) where search_tokens is null;

-- A value learned about a person at the customer.
alter table intelligence_proposal add column contact_id uuid,
  add foreign key (org_id, contact_id) references contact (org_id, id) on delete cascade;
create index intelligence_proposal_contact on intelligence_proposal (org_id, contact_id) where contact_id is not null;

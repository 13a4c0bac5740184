-- A result may propose another grade; a manager accepts or declines it.
alter table revision_item add column grade_from text;
alter table revision_item add column grade_to text;
alter table revision_item add column proposal text check (proposal in ('open', 'accepted', 'declined'));
alter table revision_item add check (proposal is null or grade_to is not null);
create index revision_item_proposal on revision_item (org_id, revision_id, proposal, id) where proposal is not null;

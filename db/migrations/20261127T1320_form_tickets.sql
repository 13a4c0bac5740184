-- One opening of a form's page gives one answer: sent again, it is the same.
alter table form_answer add column ticket text;
create unique index form_answer_ticket on form_answer (org_id, form_id, ticket) where ticket is not null;

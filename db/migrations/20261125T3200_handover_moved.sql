-- What moved along with a customer, by part ({ "tasks": [ids] }): the end of a stand-in gives back this and nothing the stand-in made for himself.
alter table handover_item add column moved jsonb not null default '{}';

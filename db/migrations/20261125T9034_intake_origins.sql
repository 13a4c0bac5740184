-- What collected an intake (a scanned card, a capture, an answer to a form, an import) is told when it has become a customer.
alter table intake add column origin_kind text, add column origin_id uuid, add column batch_id uuid;
create index intake_batch on intake (org_id, batch_id) where batch_id is not null;

alter table business_card add column intake_id uuid, add column capture_id uuid,
  add foreign key (org_id, intake_id) references intake (org_id, id) on delete set null (intake_id),
  add foreign key (org_id, capture_id) references capture (org_id, id) on delete set null (capture_id);
create index business_card_intake on business_card (org_id, intake_id) where intake_id is not null;
create unique index business_card_capture on business_card (org_id, capture_id) where capture_id is not null and state <> 'discarded';

alter table capture add column intake_id uuid,
  add foreign key (org_id, intake_id) references intake (org_id, id) on delete set null (intake_id);
create index capture_intake on capture (org_id, intake_id) where intake_id is not null;

alter table form_answer add column intake_id uuid,
  add foreign key (org_id, intake_id) references intake (org_id, id) on delete set null (intake_id);
create index form_answer_intake on form_answer (org_id, intake_id) where intake_id is not null;

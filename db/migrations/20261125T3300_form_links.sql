-- Forms are put away, not deleted: answers and consents stay.
alter table form drop constraint form_state_check;
alter table form add constraint form_state_check check (state in ('draft', 'open', 'closed', 'archived'));

-- What became of a link: opened, revoked, run out; and of its mail.
alter table form_invitation
  add column opened_at timestamptz,
  add column revoked_at timestamptz,
  add column expires_at timestamptz,
  -- One sending to many: a restart finds by it who has a link already.
  add column batch_id uuid,
  add column mail text not null default 'none'
    check (mail in ('none', 'queued', 'sent', 'failed', 'noAddress', 'refused'));
update form_invitation set mail = 'sent' where mailed_at is not null;
create index form_invitation_batch on form_invitation (org_id, batch_id, customer_id);
create index form_invitation_open on form_invitation (org_id, form_id, customer_id) where answered_at is null;

create index form_answer_of_form on form_answer (org_id, form_id, id);

-- Evidence a person can take back: which text exactly, how it was given, until when it held.
alter table form_consent
  add column channel text not null default 'link' check (channel in ('link', 'embedded', 'personal', 'typed')),
  add column text_version text generated always as (md5(purpose || E'\n' || consent_text)) stored,
  add column withdrawn_at timestamptz,
  add column withdrawn_by text;
update form_consent c set channel = a.channel from form_answer a where a.org_id = c.org_id and a.id = c.answer_id;

-- Who asked not to be written to: forms and other mails to many leave them out.
alter table customer add column no_mail boolean;
alter table contact add column no_mail boolean;

import type { Context } from '#platform/context.ts';
import { recordEvents } from '#platform/events/index.ts';
import type { Links } from '#platform/links/index.ts';
import { newId } from '#shared/ids.ts';
import { queueMails } from './form-mail.ts';
import { contentOf, type FormRow, requireOpen } from './forms.ts';
import { invitationRows, viewInvitations } from './invitations.ts';
import { type Addressed, addressesOf, type Recipient } from './recipients.ts';

export interface Sending {
  mail: boolean;
  lang: string;
  /** Days the links hold; null: as long as the form. */
  validDays: number | null;
}

/** What becomes of the mail of a link. */
const mailOf = ({ email, refused }: Addressed, wanted: boolean): 'none' | 'queued' | 'noAddress' | 'refused' => {
  if (!wanted) return 'none';
  if (refused) return 'refused';
  return email === null ? 'noAddress' : 'queued';
};

/** Makes the one-time links in the caller's transaction and queues their mails. `null` is a link for nobody in particular. */
export async function makeLinks(
  context: Context,
  links: Links,
  form: FormRow,
  recipients: (Addressed | null)[],
  { mail, lang, validDays, batchId = null }: Sending & { batchId?: string | null },
): Promise<{ id: string; mail: string }[]> {
  const expiresAt = validDays === null ? null : new Date(context.now().getTime() + validDays * 86_400_000);
  const made = [];
  for (const recipient of recipients) {
    const id = newId();
    const link = await links.create(context, {
      purpose: 'form',
      subjectId: form.id,
      customerId: recipient?.customerId,
      contactId: recipient?.contactId,
      data: { invitationId: id },
      singleUse: true,
      expiresAt,
    });
    const state = recipient ? mailOf(recipient, mail) : 'none';
    made.push({
      org_id: context.orgId,
      id,
      form_id: form.id,
      link_id: link.id,
      customer_id: recipient?.customerId ?? null,
      contact_id: recipient?.contactId ?? null,
      email: recipient?.email ?? null,
      lang,
      mail: state,
      mailed_at: state === 'queued' ? context.now() : null,
      expires_at: expiresAt,
      batch_id: batchId,
      created_by: context.actor.userId,
    });
  }
  if (made.length === 0) return [];
  await context.tx.insertInto('form_invitation').values(made).execute();
  await recordEvents(
    context,
    made.map((row) => ({
      kind: 'form.sent',
      subjectKind: 'form',
      subjectId: form.id,
      customerId: row.customer_id,
      data: { title: contentOf(form).title.zh, mail: row.mail === 'queued' },
    })),
  );
  await queueMails(
    context,
    made.filter((row) => row.mail === 'queued').map((row) => row.id),
    0,
  );
  return made.map(({ id, mail: state }) => ({ id, mail: state }));
}

/** One-time links for chosen recipients, or one for nobody in particular. */
export async function invite(
  context: Context,
  links: Links,
  formId: string,
  { recipients, ...sending }: Sending & { recipients: Recipient[] },
) {
  const form = await requireOpen(context, formId);
  const addressed = recipients.length > 0 ? await addressesOf(context, recipients) : [null];
  const made = await makeLinks(context, links, form, addressed, sending);
  const rows = await invitationRows(context, formId)
    .where(
      'form_invitation.id',
      'in',
      made.map((one) => one.id),
    )
    .execute();
  return {
    items: await viewInvitations(context, links, rows),
    withoutMail: made.filter((one) => one.mail === 'noAddress').length,
    refused: made.filter((one) => one.mail === 'refused').length,
  };
}

import { loadCustomer } from '#modules/customers/index.ts';
import { recordActivity } from '#modules/work/index.ts';
import { companyToday } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import type { Translator } from '#platform/i18n/index.ts';
import { enqueue } from '#platform/jobs/queue.ts';
import type { Links } from '#platform/links/index.ts';
import { conflict, type FieldError, invalid } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import type { Lang } from '#shared/languages.ts';
import type { RecipientView, SendChannel, SendView } from '../send-contract.ts';
import { refreshMaterialFacts } from './facts.ts';
import { mailKind } from './mail.ts';
import { recordMaterial, stateOf } from './materials.ts';
import { recipientsOf } from './recipients.ts';
import { viewSends } from './sends.ts';

/** A link to material opens it for so long. */
const linkDays = 365;
/** Why a material cannot be sent. */
const obstacles = {
  empty: 'material.noFile',
  expired: 'material.expired',
  withdrawn: 'material.isWithdrawn',
} as const;
const activityTypes = { mail: 'email', link: 'message', paper: 'letter' } as const;

export interface SendInput {
  materialIds: string[];
  recipients: { contactId: string | null; email?: string | null }[];
  channel: SendChannel;
  newest: boolean;
  mail?: { subject: string; text: string; language: Lang };
}

interface Chosen {
  id: string;
  title: string;
  edition: number;
}
interface Recipient {
  contactId: string | null;
  name: string;
  email: string | null;
}

/** The materials, held so that none is withdrawn while it is being sent; what cannot be sent is named. */
async function chosenMaterials(context: Context, ids: string[]): Promise<Chosen[]> {
  const rows = await context.tx
    .selectFrom('material')
    .select(['id', 'title', 'edition', 'withdrawn_at', 'valid_until'])
    .where('org_id', '=', context.orgId)
    .where('id', 'in', ids)
    .orderBy('id')
    .forShare()
    .execute();
  const today = await companyToday(context);
  const errors: FieldError[] = [];
  const chosen = ids.flatMap((id, index) => {
    const row = rows.find((item) => item.id === id);
    const field = `materialIds.${index}`;
    if (!row) {
      errors.push({ field, code: 'link.unknown' });
      return [];
    }
    const state = stateOf(row, today);
    if (state !== 'current') errors.push({ field, code: obstacles[state], params: { title: row.title } });
    return [{ id, title: row.title, edition: row.edition }];
  });
  if (errors.length > 0) throw invalid(errors);
  return chosen;
}

/** Who is meant: an address typed in goes before the one on the card; who wants no mail gets none at any. */
function chosenRecipients(known: RecipientView[], input: SendInput): Recipient[] {
  const mail = input.channel === 'mail';
  const errors: FieldError[] = [];
  const found = input.recipients.map((wanted, index) => {
    const person = known.find((item) => item.contactId === wanted.contactId);
    const email = mail ? (wanted.email ?? person?.emails[0] ?? null) : null;
    const name = person?.name ?? '';
    if (!person) errors.push({ field: `recipients.${index}.contactId`, code: 'link.unknown' });
    else if (mail && person.refused)
      errors.push({ field: `recipients.${index}.email`, code: 'material.refused', params: { name } });
    else if (mail && !email)
      errors.push({ field: `recipients.${index}.email`, code: 'material.noEmail', params: { name } });
    return { contactId: wanted.contactId, name, email };
  });
  if (errors.length > 0) throw invalid(errors);
  const keyOf = (item: Recipient) => `${item.contactId} ${item.email?.toLowerCase()}`;
  return [...new Map(found.map((item) => [keyOf(item), item])).values()];
}

/** Gives materials to people at a customer: a link of their own for each, a mail or not, and an activity; all or nothing. */
export async function sendMaterials(
  context: Context,
  links: Links,
  translate: Translator,
  customerId: string,
  input: SendInput,
): Promise<SendView[]> {
  const customer = await loadCustomer(context, customerId, 'material:send');
  if (customer.state !== 'active') throw conflict('customer.trashed');
  if (input.channel === 'mail' && !input.mail) throw invalid([{ field: 'mail', code: 'input.required' }]);
  const materials = await chosenMaterials(context, [...new Set(input.materialIds)]);
  const recipients = chosenRecipients(await recipientsOf(context, customer), input);
  const titles = materials.map((material) => `《${material.title}》`).join('');
  const ids: string[] = [];
  for (const recipient of recipients) {
    const mailId = input.channel === 'mail' ? await queueMail(context, customerId, recipient, input) : null;
    for (const material of materials)
      ids.push(await give(context, links, { customerId, recipient, material, mailId, input }));
    await recordActivity(context, {
      customerId,
      type: activityTypes[input.channel],
      subject: translate(context.lang, `materials.activity.${input.channel}`, {
        titles: titles.length > 240 ? `${titles.slice(0, 240)}…` : titles,
        to: recipient.name.slice(0, 40),
      }),
      body: input.channel === 'mail' ? named(input.mail?.text ?? '', recipient).replaceAll('{links}', titles) : '',
      happenedAt: context.now(),
      contactIds: recipient.contactId ? [recipient.contactId] : [],
      source: 'material',
    });
  }
  await refreshMaterialFacts(context, customerId);
  return viewSends(context, links, ids);
}

const named = (text: string, recipient: Recipient) => text.replaceAll('{name}', recipient.name);

/** The links are no part of what is kept: their tokens are made when the mail goes out. */
async function queueMail(context: Context, customerId: string, recipient: Recipient, input: SendInput) {
  const { mail } = input;
  if (!mail || !recipient.email) throw invalid([{ field: 'mail', code: 'input.required' }]);
  const id = newId();
  const text = mail.text.includes('{links}') ? mail.text : `${mail.text}\n\n{links}`;
  await context.tx
    .insertInto('material_mail')
    .values({
      org_id: context.orgId,
      id,
      customer_id: customerId,
      contact_id: recipient.contactId,
      email: recipient.email,
      subject: named(mail.subject, recipient).slice(0, 300),
      body: named(text, recipient),
      language: mail.language,
      created_by: context.actor.userId,
    })
    .execute();
  await enqueue(context, { kind: mailKind, payload: { mailId: id }, uniqueKey: id });
  return id;
}

interface Gift {
  customerId: string;
  recipient: Recipient;
  material: Chosen;
  mailId: string | null;
  input: SendInput;
}

async function give(context: Context, links: Links, gift: Gift): Promise<string> {
  const { customerId, recipient, material, mailId, input } = gift;
  const id = newId();
  const link =
    input.channel === 'paper'
      ? null
      : await links.create(context, {
          purpose: 'material',
          subjectId: material.id,
          customerId,
          contactId: recipient.contactId,
          data: { sendId: id },
          expiresAt: new Date(context.now().getTime() + linkDays * 86_400_000),
        });
  await context.tx
    .insertInto('material_send')
    .values({
      org_id: context.orgId,
      id,
      material_id: material.id,
      customer_id: customerId,
      contact_id: recipient.contactId,
      recipient: recipient.name,
      channel: input.channel,
      edition: material.edition,
      newest: input.newest && link !== null,
      mail_id: mailId,
      link_id: link?.id ?? null,
      created_by: context.actor.userId,
    })
    .execute();
  await recordMaterial(context, material, 'material.sent', {
    customerId,
    data: { to: recipient.name, edition: material.edition, channel: input.channel },
  });
  return id;
}

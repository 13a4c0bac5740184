import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { sql } from 'kysely';
import { dictionaryFor, fromRow, fullDictionary } from '#modules/fields/index.ts';
import { notify } from '#modules/notifications/index.ts';
import { companyOf } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import type { Vault } from '#platform/crypto/index.ts';
import { recordEvent } from '#platform/events/index.ts';
import type { FileStore } from '#platform/files/store.ts';
import type { PublicContext } from '#platform/http/route.ts';
import type { Links, OpenedLink } from '#platform/links/index.ts';
import { iso } from '#platform/time.ts';
import { conflict, Problem } from '#shared/errors.ts';
import type { FieldDefinition } from '#shared/fields.ts';
import { newId } from '#shared/ids.ts';
import type { Lang } from '#shared/languages.ts';
import type { AnswerValues, FrozenContent } from '../../form-content.ts';
import { attachFiles } from './attached-files.ts';
import { checkAnswers } from './check-answers.ts';
import { recordConsent } from './consent.ts';
import { closedBecause, type FormRow, loadForm, loadRevision } from './forms.ts';

export interface FormMeans {
  links: Links;
  vault: Vault;
  files: FileStore;
}

const fastest = 1500;
const oldest = 7 * 86_400_000;
/** Answers a minute one form takes; more are no customers. */
const busiest = 120;

const seal = (vault: Vault, orgId: string, text: string): Buffer =>
  createHmac('sha256', vault.key(`${orgId}:forms`))
    .update(text)
    .digest();

/** When and at which revision the page was opened, signed: one answer an opening, none faster than a person. */
function ticketOf(vault: Vault, orgId: string, linkId: string, revision: number, at: Date): string {
  const text = `${at.getTime()}.${revision}.${randomBytes(12).toString('base64url')}`;
  return `${text}.${seal(vault, orgId, `${linkId}.${text}`).toString('base64url')}`;
}

/** What is signed of a ticket. The signature can be written in several ways; an opening is known by this. */
const signedOf = (ticket: string): string => ticket.split('.').slice(0, 3).join('.');

/** An answer came from this opening of the page: sent twice, or again because its thanks were lost on the way. */
async function wasUsed(context: Context, formId: string, ticket: string): Promise<boolean> {
  const row = await context.tx
    .selectFrom('form_answer')
    .select('id')
    .where('org_id', '=', context.orgId)
    .where('form_id', '=', formId)
    .where('ticket', '=', signedOf(ticket))
    .executeTakeFirst();
  return row !== undefined;
}

function readTicket(vault: Vault, context: Context, linkId: string, ticket: string): number {
  const [at = '', revision = '', , signature = ''] = ticket.split('.');
  const expected = seal(vault, context.orgId, `${linkId}.${signedOf(ticket)}`);
  const given = Buffer.from(signature, 'base64url');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw new Problem(422, 'form.ticket');
  const age = context.now().getTime() - Number(at);
  if (age > oldest) throw new Problem(422, 'form.ticket');
  if (age < fastest) throw new Problem(422, 'form.tooFast');
  return Number(revision);
}

/** Opens a link of a form; says so when the one answer of a one-time link was given. */
async function openLink<T>(
  { links }: FormMeans,
  request: PublicContext,
  token: string,
  work: (context: Context, link: OpenedLink, form: FormRow) => Promise<T>,
): Promise<T> {
  try {
    return await links.open(request, token, 'form', async (context, link) => {
      return work(context, link, await loadForm(context, link.subjectId));
    });
  } catch (error) {
    if (error instanceof Problem && error.code === 'link.gone' && (await links.spent(request, token, 'form')))
      throw conflict('form.answered');
    throw error;
  }
}

async function requireAnswerable(context: Context, form: FormRow): Promise<void> {
  const closed = await closedBecause(context, form);
  if (closed) throw new Problem(410, closed);
}

/** Opens a link of a form that takes answers. */
export const withForm: typeof openLink = (means, request, token, work) =>
  openLink(means, request, token, async (context, link, form) => {
    await requireAnswerable(context, form);
    return work(context, link, form);
  });

async function invitationOf(context: Context, link: OpenedLink) {
  const { invitationId } = link.data;
  if (typeof invitationId !== 'string') return undefined;
  const row = await context.tx
    .selectFrom('form_invitation')
    .leftJoin('customer', (join) =>
      join
        .onRef('customer.org_id', '=', 'form_invitation.org_id')
        .onRef('customer.id', '=', 'form_invitation.customer_id'),
    )
    .selectAll('form_invitation')
    .select('customer.state')
    .where('form_invitation.org_id', '=', context.orgId)
    .where('form_invitation.id', '=', invitationId)
    .executeTakeFirst();
  // Its customer was erased or locked away: nobody is asked in that name any more, and nobody could review the answer.
  if (!row || !(row.state === null || row.state === 'active' || row.state === 'trashed'))
    throw new Problem(404, 'link.gone');
  return row;
}
type Invitation = Awaited<ReturnType<typeof invitationOf>>;

/** Values of a person's own link: open ones are shown, others only marked as known. */
async function presentOf(context: Context, invitation: Invitation, content: FrozenContent) {
  const present: AnswerValues = {};
  const masked: string[] = [];
  const row = async (table: 'customer' | 'contact', id: string | null | undefined) =>
    id
      ? context.tx
          .selectFrom(table as 'customer')
          .selectAll()
          .where('org_id', '=', context.orgId)
          .where('id', '=', id)
          .where('state', '=', 'active')
          .executeTakeFirst()
      : undefined;
  const rows = {
    customer: await row('customer', invitation?.customer_id),
    contact: await row('contact', invitation?.contact_id),
  };
  const all = (await fullDictionary(context)).fields.filter((field) => !field.hidden);
  const open = new Set((await dictionaryFor(context)).fields.map((field) => field.id));
  for (const item of content.questions) {
    const stored = item.object && rows[item.object];
    const field: FieldDefinition | undefined = all.find(
      (one) => one.object === item.object && one.key === item.field && item.type === 'field',
    );
    if (!stored || !field) continue;
    const value = fromRow([field], stored)[field.key];
    if (value === undefined) continue;
    if (open.has(field.id)) present[item.id] = value;
    else masked.push(item.id);
  }
  return { present, masked };
}

export async function openPublicForm(means: FormMeans, request: PublicContext, token: string) {
  return withForm(means, request, token, async (context, link, form) => {
    const content = await loadRevision(context, form.id, form.revision);
    if (!content) throw new Problem(410, 'form.closed');
    const org = await companyOf(context);
    const invitation = await invitationOf(context, link);
    if (invitation && !invitation.opened_at)
      await context.tx
        .updateTable('form_invitation')
        .set({ opened_at: context.now() })
        .where('org_id', '=', context.orgId)
        .where('id', '=', invitation.id)
        .execute();
    return {
      company: org.name,
      revision: form.revision,
      content,
      ticket: ticketOf(means.vault, context.orgId, link.id, form.revision, context.now()),
      personal: Boolean(invitation?.customer_id),
      ...(await presentOf(context, invitation, content)),
    };
  });
}

type Thanks = Pick<FrozenContent, 'thanks'>;

export interface PublicAnswer {
  values: AnswerValues;
  ticket: string;
  consent: boolean;
  lang: Lang;
  embedded: boolean;
  homepage: string;
}

/** Takes one answer; sent again because the network broke off it is still one, also where it was the last the form takes. */
export function answerPublicForm(
  means: FormMeans,
  visitor: PublicContext,
  token: string,
  body: PublicAnswer,
  once: (context: Context, work: () => Promise<Thanks>) => Promise<Thanks>,
): Promise<Thanks> {
  return openLink(means, visitor, token, (context, link, form) =>
    once(context, () => keepAnswer(means, visitor, { context, link, form }, body)),
  );
}

async function keepAnswer(
  means: FormMeans,
  visitor: PublicContext,
  { context, link, form }: { context: Context; link: OpenedLink; form: FormRow },
  body: PublicAnswer,
): Promise<Thanks> {
  if (await wasUsed(context, form.id, body.ticket)) throw conflict('form.answered');
  await requireAnswerable(context, form);
  const revision = readTicket(means.vault, context, link.id, body.ticket);
  const content = await loadRevision(context, form.id, revision);
  if (!content) throw new Problem(422, 'form.ticket');
  // A program is told what a person would be told, and nothing is kept.
  if (body.homepage !== '') return { thanks: content.thanks };
  const invitation = await invitationOf(context, link);
  const known = await presentOf(context, invitation, content);
  const agreed = content.consent.zh === '' || body.consent;
  const refusal = agreed ? [] : [{ field: 'consent', code: 'form.consentNeeded' }];
  const values = await checkAnswers(context, content, body.values, known, refusal);
  await refuseFlood(context, form.id);
  await countAnswer(context, form.id);
  await means.links.spend(context, link);
  const id = newId();
  const channel = invitation?.customer_id ? 'personal' : body.embedded ? 'embedded' : 'link';
  const kept = await context.tx
    .insertInto('form_answer')
    .values({
      org_id: context.orgId,
      id,
      form_id: form.id,
      ticket: signedOf(body.ticket),
      revision,
      invitation_id: invitation?.id ?? null,
      customer_id: invitation?.customer_id ?? null,
      contact_id: invitation?.contact_id ?? null,
      channel,
      lang: body.lang,
      values: JSON.stringify(values),
      submitted_at: context.now(),
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!kept) throw conflict('form.answered');
  await attachFiles(context, means.files, { id, linkId: link.id, formId: form.id }, content, values);
  if (content.consent.zh !== '')
    await recordConsent(context, content, {
      answerId: id,
      formId: form.id,
      revision,
      channel,
      lang: body.lang,
      customerId: invitation?.customer_id ?? null,
      contactId: invitation?.contact_id ?? null,
      ipHash: visitor.ip ? seal(means.vault, context.orgId, visitor.ip) : null,
    });
  if (invitation)
    await context.tx
      .updateTable('form_invitation')
      .set({ answered_at: context.now() })
      .where('org_id', '=', context.orgId)
      .where('id', '=', invitation.id)
      .execute();
  await announce(context, form, id, content.title.zh, invitation?.customer_id ?? null);
  return { thanks: content.thanks };
}

async function refuseFlood(context: Context, formId: string): Promise<void> {
  const minute = new Date(context.now().getTime() - 60_000);
  const { count } = await context.tx
    .selectFrom('form_answer')
    .select(sql<number>`count(*)::int`.as('count'))
    .where('org_id', '=', context.orgId)
    .where('form_id', '=', formId)
    .where('submitted_at', '>', minute)
    .executeTakeFirstOrThrow();
  if (count >= busiest) throw new Problem(429, 'form.busy');
}

/** Counts one more answer; of two that reach for the last place one is told the form is full. */
export async function countAnswer(context: Context, formId: string): Promise<void> {
  const counted = await context.tx
    .updateTable('form')
    .set({ answers: sql`answers + 1` })
    .where('org_id', '=', context.orgId)
    .where('id', '=', formId)
    .where((eb) => eb.or([eb('max_answers', 'is', null), eb('answers', '<', eb.ref('max_answers'))]))
    .returning('id')
    .executeTakeFirst();
  if (!counted) throw new Problem(410, 'form.full');
}

/** The answer in the timeline of its customer, and a notice to who is responsible. */
async function announce(context: Context, form: FormRow, id: string, title: string, customerId: string | null) {
  const owner = customerId
    ? await context.tx
        .selectFrom('customer')
        .select('owner_id')
        .where('org_id', '=', context.orgId)
        .where('id', '=', customerId)
        .executeTakeFirst()
    : undefined;
  await recordEvent(context, {
    kind: 'form.answered',
    subjectKind: 'form_answer',
    subjectId: id,
    customerId,
    data: { title, formId: form.id },
    source: 'form',
  });
  const receiver = owner?.owner_id ?? form.created_by;
  if (receiver)
    await notify(context, {
      userIds: [receiver],
      type: 'form.answered',
      params: { title },
      customerId,
      // Whoever has the public address could fill a mailbox: of strangers one notice an hour tells, and leads to all of them.
      ...(customerId
        ? { path: `/form-answers/${id}` }
        : {
            path: `/form-answers?form=${form.id}`,
            key: `form.answered:${form.id}:${iso(context.now()).slice(0, 13)}`,
          }),
    });
}

/** Sites that may frame the page at this address; null when it is no public form or asks for no frame. */
export async function framingSites(
  { links }: FormMeans,
  request: PublicContext,
  url: string,
): Promise<string[] | null> {
  const token = /^\/f\/(kdl_[0-9a-f]{32}_[A-Za-z0-9_-]{43})\?(?:[^#]*&)?embed=1(?:&|$)/.exec(url)?.[1];
  if (!token) return null;
  try {
    return await links.open(request, token, 'form', async (context, link) => {
      const { sites } = await loadForm(context, link.subjectId);
      return sites.length > 0 ? sites : null;
    });
  } catch (error) {
    if (error instanceof Problem) return null;
    throw error;
  }
}

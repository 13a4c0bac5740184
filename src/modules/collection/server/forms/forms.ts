import { sql } from 'kysely';
import { holds } from '#platform/access/actor.ts';
import { companyToday } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { requireVersion } from '#platform/http/version.ts';
import type { Links } from '#platform/links/index.ts';
import { iso } from '#platform/time.ts';
import { idCursor, pageOfRows } from '#shared/cursor.ts';
import { conflict, invalid, notFound } from '#shared/errors.ts';
import type { CustomerKind } from '#shared/fields.ts';
import { newId } from '#shared/ids.ts';
import type { FormContent, FrozenContent } from '../../form-content.ts';
import type { FormView } from '../../forms-contract.ts';
import { freeze, requirePublishable } from './content.ts';

const select = (context: Context) => context.tx.selectFrom('form').selectAll().where('org_id', '=', context.orgId);
export type FormRow = Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirstOrThrow']>>;
export const contentOf = (row: FormRow) => row.content as FormContent;

/** Path of the public page of a link. */
export const formPath = (links: Links, orgId: string, linkId: string): string => `/f/${links.tokenOf(orgId, linkId)}`;

export async function loadForm(context: Context, id: string, lock = false): Promise<FormRow> {
  const query = select(context).where('id', '=', id);
  const row = await (lock ? query.forUpdate() : query).executeTakeFirst();
  if (!row) throw notFound('form');
  return row;
}

/** The frozen questions of a revision. */
export async function loadRevision(context: Context, formId: string, number: number): Promise<FrozenContent | null> {
  const row = await context.tx
    .selectFrom('form_revision')
    .select('content')
    .where('org_id', '=', context.orgId)
    .where('form_id', '=', formId)
    .where('number', '=', number)
    .executeTakeFirst();
  return row ? (row.content as FrozenContent) : null;
}

const item = (row: FormRow) => ({
  id: row.id,
  version: row.version,
  state: row.state as FormView['state'],
  title: contentOf(row).title,
  kind: row.kind as CustomerKind,
  answers: row.answers,
  revision: row.revision,
  expiresOn: row.expires_on,
  author: row.author_name,
  updatedAt: iso(row.updated_at),
});

export async function viewForm(context: Context, links: Links, row: FormRow): Promise<FormView> {
  const path = row.link_id && holds(context.actor, 'form:send') ? formPath(links, context.orgId, row.link_id) : null;
  return {
    ...item(row),
    maxAnswers: row.max_answers,
    remindDays: row.remind_days,
    sites: row.sites,
    content: contentOf(row),
    published: await loadRevision(context, row.id, row.revision),
    path,
  };
}

export async function listForms(context: Context, query: { limit: number; cursor?: string; state?: string }) {
  let rows = select(context)
    .orderBy('id', 'desc')
    .limit(query.limit + 1);
  if (query.cursor) rows = rows.where('id', '<', idCursor(query.cursor));
  rows = query.state ? rows.where('state', '=', query.state) : rows.where('state', '<>', 'archived');
  const { page, nextCursor } = pageOfRows(await rows.execute(), query.limit);
  return { items: page.map(item), nextCursor };
}

export async function createForm(context: Context, input: { kind: string; content: FormContent }): Promise<FormRow> {
  const row = await context.tx
    .insertInto('form')
    .values({
      org_id: context.orgId,
      id: newId(),
      kind: input.kind,
      content: JSON.stringify(input.content),
      created_by: context.actor.userId,
      author_name: context.actor.name,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await tell(context, row, 'form.created');
  return row;
}

const tell = (context: Context, row: FormRow, kind: string, data: Record<string, unknown> = {}) =>
  recordEvent(context, {
    kind,
    subjectKind: 'form',
    subjectId: row.id,
    data: { title: contentOf(row).title.zh, ...data },
  });

interface FormChange {
  kind?: string;
  content?: FormContent;
  expiresOn?: string | null;
  maxAnswers?: number | null;
  remindDays?: number[];
  sites?: string[];
}

async function open(context: Context, links: Links, id: string): Promise<FormRow> {
  const row = await loadForm(context, id, true);
  const current = await viewForm(context, links, row);
  requireVersion(context, row.version, () => current);
  return row;
}

async function write(context: Context, id: string, values: Record<string, unknown>): Promise<FormRow> {
  return context.tx
    .updateTable('form')
    .set({ ...values, version: sql`version + 1`, updated_at: context.now() })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** A last day that is over lets nobody answer: it is a slip of the hand. */
async function requireToCome(context: Context, day: string | null | undefined): Promise<void> {
  if (day && day < (await companyToday(context))) throw invalid([{ field: 'expiresOn', code: 'form.expiresPast' }]);
}

export async function updateForm(context: Context, links: Links, id: string, input: FormChange): Promise<FormRow> {
  const before = await open(context, links, id);
  // A form that ran out is still edited, its day with it.
  if (input.expiresOn !== before.expires_on) await requireToCome(context, input.expiresOn);
  const row = await write(context, id, {
    ...(input.kind ? { kind: input.kind } : {}),
    ...(input.content ? { content: JSON.stringify(input.content) } : {}),
    ...(input.expiresOn === undefined ? {} : { expires_on: input.expiresOn }),
    ...(input.maxAnswers === undefined ? {} : { max_answers: input.maxAnswers }),
    ...(input.remindDays ? { remind_days: [...input.remindDays].sort((a, b) => a - b) } : {}),
    ...(input.sites ? { sites: input.sites } : {}),
  });
  await tell(context, row, 'form.updated', { changed: Object.keys(input) });
  return row;
}

/** Freezes the draft under the next number; answers on their way keep the revision they were given to. */
export async function publishForm(context: Context, links: Links, id: string): Promise<FormRow> {
  const before = await open(context, links, id);
  await requirePublishable(context, contentOf(before));
  await requireToCome(context, before.expires_on);
  const number = before.revision + 1;
  await context.tx
    .insertInto('form_revision')
    .values({
      org_id: context.orgId,
      id: newId(),
      form_id: id,
      number,
      content: JSON.stringify(await freeze(context, contentOf(before))),
      published_by: context.actor.userId,
      author_name: context.actor.name,
    })
    .execute();
  const linkId = before.link_id ?? (await links.create(context, { purpose: 'form', subjectId: id })).id;
  const row = await write(context, id, { revision: number, state: 'open', link_id: linkId });
  await tell(context, row, 'form.published', { revision: number });
  return row;
}

export async function setFormState(
  context: Context,
  links: Links,
  id: string,
  state: 'open' | 'closed' | 'archived',
): Promise<FormRow> {
  const before = await open(context, links, id);
  if (state === 'open') await requireToCome(context, before.expires_on);
  // What was never published goes back to being a draft when it is taken out again.
  const next = before.revision > 0 || state === 'archived' ? state : before.state === 'archived' ? 'draft' : null;
  if (!next) throw conflict('form.notPublished');
  const row = await write(context, id, { state: next });
  await tell(context, row, stateEvents[state]);
  return row;
}
const stateEvents = { open: 'form.opened', closed: 'form.closed', archived: 'form.archived' };

/** A new draft with the questions, texts and settings of another; its links and answers stay with that. */
export async function copyForm(context: Context, id: string): Promise<FormRow> {
  const from = await loadForm(context, id);
  const content = contentOf(from);
  const title = {
    zh: `${content.title.zh}（副本）`.slice(0, 200),
    en: content.title.en && `${content.title.en} (copy)`.slice(0, 200),
  };
  const row = await createForm(context, { kind: from.kind, content: { ...content, title } });
  return write(context, row.id, { remind_days: from.remind_days, sites: from.sites, max_answers: from.max_answers });
}

/** Deletes a draft; what was published is evidence of what people answered and is only put away. */
export async function deleteForm(context: Context, links: Links, id: string): Promise<void> {
  const row = await open(context, links, id);
  if (row.revision > 0) throw conflict('form.published');
  await context.tx.deleteFrom('form').where('org_id', '=', context.orgId).where('id', '=', id).execute();
  await tell(context, row, 'form.deleted');
}

/** A form that takes answers now. */
export async function requireOpen(context: Context, formId: string): Promise<FormRow> {
  const form = await loadForm(context, formId);
  const closed = await closedBecause(context, form);
  if (closed) throw conflict(closed);
  return form;
}

/** Why the form takes no answers now; null when it does. */
export async function closedBecause(context: Context, row: FormRow): Promise<string | null> {
  if (row.state === 'draft') return 'form.notPublished';
  if (row.state !== 'open') return 'form.closed';
  if (row.max_answers !== null && row.answers >= row.max_answers) return 'form.full';
  if (row.expires_on === null) return null;
  return (await companyToday(context)) > row.expires_on ? 'form.expired' : null;
}

import { sql } from 'kysely';
import { loadCustomer } from '#modules/customers/index.ts';
import { notify } from '#modules/notifications/index.ts';
import { loadActor, someWhoCan, userNames } from '#modules/people/index.ts';
import { visible } from '#platform/access/visible.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { requireVersion } from '#platform/http/version.ts';
import { iso } from '#platform/time.ts';
import { idCursor, pageOfRows } from '#shared/cursor.ts';
import { conflict, invalid, notFound } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import type { CommentView } from '../comment-contract.ts';

const select = (context: Context) =>
  context.tx.selectFrom('comment').selectAll().where('org_id', '=', context.orgId).where('state', '=', 'active');
export type CommentRow = Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirstOrThrow']>>;

export async function commentViews(context: Context, rows: CommentRow[]): Promise<CommentView[]> {
  if (rows.length === 0) return [];
  const files = await context.tx
    .selectFrom('comment_file')
    .innerJoin('file', (join) =>
      join.onRef('file.org_id', '=', 'comment_file.org_id').onRef('file.id', '=', 'comment_file.file_id'),
    )
    .select(['comment_file.comment_id', 'file.id', 'file.name', 'file.mime', 'file.size'])
    .where('comment_file.org_id', '=', context.orgId)
    .where(
      'comment_file.comment_id',
      'in',
      rows.map((row) => row.id),
    )
    .where('file.deleted_at', 'is', null)
    .orderBy('comment_file.id')
    .execute();
  const names = await userNames(context, [...new Set(rows.flatMap((row) => row.mentions))]);
  return rows.map((row) => ({
    id: row.id,
    version: row.version,
    customerId: row.customer_id,
    body: row.body,
    mentions: row.mentions.map((id) => ({ id, name: names[id] ?? '' })),
    authorName: row.author_name,
    createdAt: iso(row.created_at),
    editedAt: row.edited_at ? iso(row.edited_at) : null,
    files: files
      .filter((file) => file.comment_id === row.id)
      .map((file) => ({ id: file.id, name: file.name, mime: file.mime, size: Number(file.size) })),
    can: { update: row.created_by === context.actor.userId },
  }));
}

export async function viewOne(context: Context, id: string): Promise<CommentView> {
  const row = await select(context).where('id', '=', id).executeTakeFirst();
  const [view] = row ? await commentViews(context, [row]) : [];
  if (!view) throw notFound('comment');
  return view;
}

/** A comment whose customer the actor may see. */
export async function loadComment(context: Context, id: string, lock = false): Promise<CommentRow> {
  let query = select(context).where('id', '=', id);
  if (lock) query = query.forUpdate();
  const row = await query.executeTakeFirst();
  if (!row) throw notFound('comment');
  await loadCustomer(context, row.customer_id, 'customer:read');
  return row;
}

/** The actor's own comment, locked; of others' not even the administrator changes the words. */
export async function loadOwn(context: Context, id: string): Promise<CommentRow> {
  const row = await loadComment(context, id, true);
  if (context.ifMatch !== null && context.ifMatch !== row.version) {
    const current = await viewOne(context, id);
    requireVersion(context, row.version, () => current);
  }
  if (row.created_by !== context.actor.userId) throw conflict('comment.notYours');
  return row;
}

export async function listComments(context: Context, customerId: string, query: { limit: number; cursor?: string }) {
  await loadCustomer(context, customerId, 'customer:read');
  let rows = select(context)
    .where('customer_id', '=', customerId)
    .orderBy('id', 'desc')
    .limit(query.limit + 1);
  if (query.cursor) rows = rows.where('id', '<', idCursor(query.cursor));
  const { page, nextCursor } = pageOfRows(await rows.execute(), query.limit);
  return { items: await commentViews(context, page), nextCursor };
}

/** Mentioning tells somebody about a customer: nobody may be mentioned who could not open it. */
async function checkMentions(context: Context, customerId: string, ids: string[]): Promise<string[]> {
  const mentions = [...new Set(ids)];
  for (const userId of mentions) {
    const actor = await loadActor(context.tx, context.orgId, userId, 'user', null);
    const seen = actor
      ? await context.tx
          .selectFrom('customer')
          .select('id')
          .where('org_id', '=', context.orgId)
          .where('id', '=', customerId)
          .where(visible(actor, 'customer:read', 'customer'))
          .executeTakeFirst()
      : undefined;
    if (!actor) throw invalid([{ field: 'mentions', code: 'comment.unknownMention' }]);
    if (!seen) throw invalid([{ field: 'mentions', code: 'comment.mentionBlind', params: { name: actor.name } }]);
  }
  return mentions;
}

async function tellMentioned(context: Context, customerId: string, commentId: string, userIds: string[]) {
  const others = userIds.filter((id) => id !== context.actor.userId);
  if (others.length === 0) return;
  const customer = await context.tx
    .selectFrom('customer')
    .select('name')
    .where('org_id', '=', context.orgId)
    .where('id', '=', customerId)
    .executeTakeFirstOrThrow();
  await notify(context, {
    userIds: others,
    type: 'comment.mention',
    params: { by: context.actor.name, customer: customer.name },
    path: `/customers/${customerId}`,
    customerId,
    key: `comment.mention:${commentId}`,
  });
}

export async function addComment(
  context: Context,
  customerId: string,
  input: { body: string; mentions: string[] },
): Promise<CommentView> {
  const customer = await loadCustomer(context, customerId, 'customer:read');
  if (customer.state !== 'active') throw conflict('customer.trashed');
  const mentions = await checkMentions(context, customerId, input.mentions);
  const id = newId();
  await context.tx
    .insertInto('comment')
    .values({
      org_id: context.orgId,
      id,
      customer_id: customerId,
      body: input.body,
      mentions,
      author_name: context.actor.name,
      created_by: context.actor.userId,
    })
    .execute();
  await recordEvent(context, {
    kind: 'comment.added',
    subjectKind: 'comment',
    subjectId: id,
    customerId,
    data: { text: input.body.slice(0, 200) },
  });
  await tellMentioned(context, customerId, id, mentions);
  return viewOne(context, id);
}

export async function editComment(
  context: Context,
  id: string,
  input: { body: string; mentions: string[] },
): Promise<CommentView> {
  const row = await loadOwn(context, id);
  const mentions = await checkMentions(context, row.customer_id, input.mentions);
  await context.tx
    .updateTable('comment')
    .set({ body: input.body, mentions, edited_at: context.now(), version: sql`version + 1` })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .execute();
  await recordEvent(context, {
    kind: 'comment.edited',
    subjectKind: 'comment',
    subjectId: id,
    customerId: row.customer_id,
    data: { before: row.body },
  });
  await tellMentioned(
    context,
    row.customer_id,
    id,
    mentions.filter((userId) => !row.mentions.includes(userId)),
  );
  return viewOne(context, id);
}

export async function removeComment(context: Context, id: string): Promise<void> {
  const row = await loadOwn(context, id);
  await context.tx
    .updateTable('comment')
    .set({ state: 'removed', version: sql`version + 1` })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .execute();
  await recordEvent(context, {
    kind: 'comment.removed',
    subjectKind: 'comment',
    subjectId: id,
    customerId: row.customer_id,
    data: { before: row.body },
  });
}

/** Up to 20 users who can see the customer and whose name contains the text. */
export async function mentionable(context: Context, customerId: string, q: string | undefined) {
  const customer = await loadCustomer(context, customerId, 'customer:read');
  const viewers = await someWhoCan(context, 'customer:read', [customer], {
    limit: 20,
    except: [context.actor.userId],
    q,
  });
  return { items: viewers.map(({ userId, name }) => ({ id: userId, name })) };
}

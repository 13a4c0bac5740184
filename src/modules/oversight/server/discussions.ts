import { sql } from 'kysely';
import { dictionaryFor } from '#modules/fields/index.ts';
import { notify } from '#modules/notifications/index.ts';
import { userNames } from '#modules/people/index.ts';
import { calendarDays } from '#modules/work/index.ts';
import { visible } from '#platform/access/visible.ts';
import { companyToday, timeZoneOf } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { iso } from '#platform/time.ts';
import { cursorOf, cursorPart, cursorParts, idCursor, pageOfRows } from '#shared/cursor.ts';
import { addDays } from '#shared/dates/zoned.ts';
import { invalid, notFound, Problem } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import type { DayRecord, DiscussionDay, DiscussionRow } from '../discussion-contract.ts';
import { overPerson } from './scope.ts';

/** More records of a day than this are not counted one by one. */
const counted = 500;

/** The last working day before today, by the company's calendar. */
async function lastWorkingDay(context: Context): Promise<string> {
  const now = await companyToday(context);
  const days = await calendarDays(context, addDays(now, -14), addDays(now, -1));
  return days.findLast((day) => day.kind === 'workday')?.day ?? addDays(now, -1);
}

async function requirePast(context: Context, day: string): Promise<void> {
  if (day > (await companyToday(context))) throw invalid([{ field: 'day', code: 'discussion.future' }]);
}

const idAt = (instant: Date): string => {
  const hex = instant.getTime().toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
};

/** Event ids grow with time, so a day is a range of ids: read from the index over the actor, however long the log. */
async function idsOfDay(context: Context, day: string): Promise<{ from: string; to: string }> {
  const zone = await timeZoneOf(context);
  const found = await sql<{ from: Date; to: Date }>`select
    (${day}::date)::timestamp at time zone ${zone} as from, (${day}::date + 1)::timestamp at time zone ${zone} as to`.execute(
    context.tx,
  );
  const bounds = found.rows[0];
  if (!bounds) throw new Error('no bounds');
  return { from: idAt(new Date(bounds.from)), to: idAt(new Date(bounds.to)) };
}

/** What counts as a result: what was recorded about customers the reader may see, by hand, not by a batch. */
const results = (context: Context, repId: ReturnType<typeof sql>, ids: { from: string; to: string }) => sql`
  from event e join customer c on c.org_id = e.org_id and c.id = e.customer_id
  where e.org_id = ${context.orgId} and e.actor_id = ${repId} and e.id >= ${ids.from}::uuid and e.id < ${ids.to}::uuid
    and e.batch_id is null and e.kind not like 'inspection.%' and e.kind not like 'discussion.%'
    and c.state in ('active', 'trashed') and ${visible(context.actor, 'customer:read', 'c')}`;

export async function listDiscussions(context: Context, query: { limit: number; cursor?: string; day?: string }) {
  const day = query.day ?? (await lastWorkingDay(context));
  await requirePast(context, day);
  const ids = await idsOfDay(context, day);
  const after = decodeCursor(query.cursor);
  const beyond = after ? sql`and (u.name_sort collate "C", u.id) > (${after.sort}, ${after.id}::uuid)` : sql``;
  const found = await sql<DiscussionRow & { name_sort: string }>`
    with rep as (
      select u.id, u.name, u.name_sort from app_user u
      where u.org_id = ${context.orgId} and u.state = 'active' ${beyond}
        and ${overPerson(context, 'discussion:read', 'u.id')}
        and exists (select 1 from user_role ur join role r on r.org_id = ur.org_id and r.id = ur.role_id
          where ur.org_id = u.org_id and ur.user_id = u.id and jsonb_exists(r.grants, 'customer:update'))
      order by u.name_sort collate "C", u.id limit ${query.limit + 1})
    select rep.id as "repId", rep.name as "repName", rep.name_sort, done.records, done.customers,
      (select count(*) from discussion d join discussion_remark m on m.org_id = d.org_id and m.discussion_id = d.id
        where d.org_id = ${context.orgId} and d.rep_id = rep.id and d.day = ${day}::date) as remarks,
      exists (select 1 from discussion d where d.org_id = ${context.orgId} and d.rep_id = rep.id and d.day = ${day}::date
        and d.discussed_at is not null) as discussed
    from rep, lateral (select count(*) as records, count(distinct x.customer_id) as customers
      from (select e.customer_id ${results(context, sql`rep.id`, ids)} limit ${counted}) x) done
    order by rep.name_sort collate "C", rep.id`.execute(context.tx);
  const { page, nextCursor } = pageOfRows(found.rows, query.limit, (last) => cursorOf(last.name_sort, last.repId));
  return {
    day,
    items: page.map(({ name_sort: _, ...row }) => row),
    nextCursor,
  };
}

function decodeCursor(cursor: string | undefined): { sort: string; id: string } | undefined {
  if (!cursor) return undefined;
  const [sort, id] = cursorParts(cursor, cursorPart.text, cursorPart.id);
  return { sort, id };
}

/** The rep as far as the actor may see and lead; out of scope is not found. */
async function loadRep(context: Context, repId: string) {
  const rep = await context.tx
    .selectFrom('app_user')
    .select(['app_user.id', 'app_user.name'])
    .select(overPerson(context, 'discussion:lead', 'app_user.id').as('leads'))
    .where('app_user.org_id', '=', context.orgId)
    .where('app_user.id', '=', repId)
    .where(overPerson(context, 'discussion:read', 'app_user.id'))
    .executeTakeFirst();
  if (!rep) throw notFound('rep');
  // Nobody leads the discussion of the own day.
  return { ...rep, leads: rep.leads && rep.id !== context.actor.userId };
}

export async function getDiscussion(context: Context, repId: string, day: string): Promise<DiscussionDay> {
  const rep = await loadRep(context, repId);
  await requirePast(context, day);
  const row = await context.tx
    .selectFrom('discussion')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('rep_id', '=', repId)
    .where('day', '=', day)
    .executeTakeFirst();
  const remarks = row
    ? await context.tx
        .selectFrom('discussion_remark')
        .selectAll()
        .where('org_id', '=', context.orgId)
        .where('discussion_id', '=', row.id)
        .orderBy('id')
        .limit(500)
        .execute()
    : [];
  const names = await userNames(context, [
    ...new Set([...remarks.map((remark) => remark.author_id), ...(row?.discussed_by ? [row.discussed_by] : [])]),
  ]);
  return {
    repId,
    repName: rep.name,
    day,
    version: row?.version ?? 0,
    discussedAt: row?.discussed_at ? iso(row.discussed_at) : null,
    discussedByName: row?.discussed_by ? (names[row.discussed_by] ?? '') : null,
    remarks: remarks.map((remark) => ({
      id: remark.id,
      eventId: remark.event_id,
      authorName: names[remark.author_id] ?? '',
      body: remark.body,
      createdAt: iso(remark.created_at),
    })),
    can: { remark: rep.leads || repId === context.actor.userId, lead: rep.leads },
  };
}

export async function listDayRecords(
  context: Context,
  repId: string,
  day: string,
  query: { limit: number; cursor?: string },
) {
  await loadRep(context, repId);
  await requirePast(context, day);
  const ids = await idsOfDay(context, day);
  const found = await sql<{
    id: string;
    at: Date;
    kind: string;
    subject_kind: string;
    customer_id: string;
    name: string;
    changes: Record<string, unknown> | null;
    data: Record<string, unknown> | null;
  }>`select e.id, coalesce(e.occurred_at, e.at) as at, e.kind, e.subject_kind, e.customer_id, c.name, e.changes, e.data
    ${results(context, sql`${repId}::uuid`, ids)} ${query.cursor ? sql`and e.id > ${idCursor(query.cursor)}::uuid` : sql``}
    order by e.id limit ${query.limit + 1}`.execute(context.tx);
  const { page, nextCursor } = pageOfRows(found.rows, query.limit);
  const { fields } = await dictionaryFor(context);
  const readable = new Set(fields.map((field) => `${field.object}.${field.key}`));
  return {
    items: page.map(
      (row): DayRecord => ({
        id: row.id,
        at: iso(row.at),
        kind: row.kind,
        subjectKind: row.subject_kind,
        customer: { id: row.customer_id, name: row.name },
        changed: Object.keys(row.changes ?? {}).filter((key) =>
          readable.has(`${row.subject_kind === 'contact' ? 'contact' : 'customer'}.${key}`),
        ),
        text: textOf(row.data),
      }),
    ),
    nextCursor,
  };
}

/** The words a record carries: the subject of an activity, the text of a note, the title of a task. */
function textOf(data: Record<string, unknown> | null): string | null {
  for (const key of ['subject', 'title', 'body']) {
    const value = data?.[key];
    if (typeof value === 'string' && value !== '') return value.slice(0, 300);
  }
  return null;
}

async function ensureDiscussion(context: Context, repId: string, day: string): Promise<string> {
  await context.tx
    .insertInto('discussion')
    .values({ org_id: context.orgId, id: newId(), rep_id: repId, day: day })
    .onConflict((clash) => clash.columns(['org_id', 'rep_id', 'day']).doNothing())
    .execute();
  const row = await context.tx
    .selectFrom('discussion')
    .select('id')
    .where('org_id', '=', context.orgId)
    .where('rep_id', '=', repId)
    .where('day', '=', day)
    .forUpdate()
    .executeTakeFirstOrThrow();
  return row.id;
}

export async function addRemark(
  context: Context,
  repId: string,
  day: string,
  input: { eventId: string | null; body: string },
): Promise<DiscussionDay> {
  const rep = await loadRep(context, repId);
  await requirePast(context, day);
  const own = repId === context.actor.userId;
  if (!own && !rep.leads) throw new Problem(403, 'discussion.notYours');
  if (input.eventId) {
    const ids = await idsOfDay(context, day);
    const event =
      await sql`select 1 ${results(context, sql`${repId}::uuid`, ids)} and e.id = ${input.eventId}::uuid`.execute(
        context.tx,
      );
    if (event.rows.length === 0) throw invalid([{ field: 'eventId', code: 'link.unknown' }]);
  }
  const discussionId = await ensureDiscussion(context, repId, day);
  const authors = await context.tx
    .selectFrom('discussion_remark')
    .select('author_id')
    .distinct()
    .where('org_id', '=', context.orgId)
    .where('discussion_id', '=', discussionId)
    .execute();
  await context.tx
    .insertInto('discussion_remark')
    .values({
      org_id: context.orgId,
      id: newId(),
      discussion_id: discussionId,
      event_id: input.eventId,
      author_id: context.actor.userId,
      body: input.body,
      created_at: context.now(),
    })
    .execute();
  await recordEvent(context, {
    kind: 'discussion.remarked',
    subjectKind: 'discussion',
    subjectId: discussionId,
    data: { repId, day },
  });
  await notify(context, {
    userIds: [repId, ...authors.map((row) => row.author_id)].filter((id) => id !== context.actor.userId),
    type: own ? 'oversight.discussionReply' : 'oversight.discussionRemark',
    params: { name: context.actor.name, day, text: input.body.slice(0, 200) },
    path: `/discussions/${repId}/${day}`,
  });
  return getDiscussion(context, repId, day);
}

export async function markDiscussed(
  context: Context,
  repId: string,
  day: string,
  discussed: boolean,
): Promise<DiscussionDay> {
  const rep = await loadRep(context, repId);
  await requirePast(context, day);
  if (!rep.leads) throw new Problem(403, 'discussion.own');
  const id = await ensureDiscussion(context, repId, day);
  const changed = await context.tx
    .updateTable('discussion')
    .set({
      discussed_at: discussed ? context.now() : null,
      discussed_by: discussed ? context.actor.userId : null,
      version: sql`version + 1`,
    })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .where(discussed ? sql<boolean>`discussed_at is null` : sql<boolean>`discussed_at is not null`)
    .returning('id')
    .executeTakeFirst();
  if (changed)
    await recordEvent(context, {
      kind: discussed ? 'discussion.held' : 'discussion.reopened',
      subjectKind: 'discussion',
      subjectId: id,
      data: { repId, day },
    });
  return getDiscussion(context, repId, day);
}

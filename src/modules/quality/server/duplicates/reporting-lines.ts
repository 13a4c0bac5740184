import { sql } from 'kysely';
import type { Context } from '#platform/context.ts';

export interface CutLine {
  id: string;
  reportsTo: string;
}

/** Posts with a superior that move with a customer merged into another. */
export async function linesOf(context: Context, customerIds: string[]): Promise<string[]> {
  const rows = await context.tx
    .selectFrom('employment')
    .select('id')
    .where('org_id', '=', context.orgId)
    .where('customer_id', 'in', customerIds)
    .where('to_on', 'is', null)
    .where('reports_to', 'is not', null)
    .execute();
  return rows.map(({ id }) => id);
}

/**
 * After a merge somebody may stand above themselves, over who reports to whom at both: the lines that close such a circle are cut, of
 * these posts or those of this person. Returns the cut lines for taking the merge back.
 */
export async function cutCircles(
  context: Context,
  of: { contactId: string } | { postIds: string[] },
): Promise<CutLine[]> {
  const mine = 'contactId' in of ? sql`contact_id = ${of.contactId}::uuid` : sql`id = any(${of.postIds}::uuid[])`;
  const cut = await sql<CutLine>`
    with recursive up as (
      select id as post, contact_id as who, reports_to as above, customer_id, 1 as depth from employment
      where org_id = ${context.orgId} and ${mine} and to_on is null and reports_to is not null
      union
      select up.post, up.who, next.reports_to, up.customer_id, depth + 1 from up join employment next on next.org_id = ${context.orgId}
        and next.contact_id = up.above and next.customer_id = up.customer_id and next.to_on is null and next.reports_to is not null
      where depth < 100 and up.above <> up.who),
    closed as (select distinct post from up where above = who),
    before as (select id, reports_to from employment where org_id = ${context.orgId} and id in (select post from closed) for update)
    update employment set reports_to = null, version = version + 1 from before
    where employment.org_id = ${context.orgId} and employment.id = before.id
    returning employment.id, before.reports_to as "reportsTo"`.execute(context.tx);
  return cut.rows;
}

/** Joins what was cut, where nobody drew another line since. */
export async function joinLines(context: Context, lines: CutLine[]): Promise<void> {
  for (const { id, reportsTo } of lines)
    await sql`update employment set reports_to = ${reportsTo}::uuid, version = version + 1
      where org_id = ${context.orgId} and id = ${id}::uuid and reports_to is null and contact_id <> ${reportsTo}::uuid
        and exists (select 1 from contact where org_id = ${context.orgId} and id = ${reportsTo}::uuid)`.execute(
      context.tx,
    );
}

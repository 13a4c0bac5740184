import { sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import { iso } from '#platform/time.ts';
import type { ConflictView } from '../../conflict-contract.ts';
import { familyOf } from '../merged.ts';

/** Steps that tell who came first and who did the work; changes of fields are counted only. */
const telling = [
  ...['customer.created', 'customer.claimed', 'customer.assigned', 'customer.autoAssigned', 'customer.released'],
  ...[
    'customer.returned',
    'customer.merged',
    'intake.collected',
    'intake.numbered',
    'contact.created',
    'activity.recorded',
  ],
  ...['purchase.recorded', 'note.added', 'visit.planned', 'visit.done', 'intelligence.recorded', 'capture.created'],
];
const most = 200;

interface Party {
  id: string;
  name: string;
}

/**
 * What the log knows of both: counts of everything each did with the customer, and the telling steps in their order. Customers
 * merged into this one bring their history along. Dated history counts by the day it happened.
 */
export async function evidenceOf(
  context: Context,
  customerId: string,
  parties: Party[],
): Promise<Pick<ConflictView, 'parties' | 'evidence'>> {
  const family = await familyOf(context, customerId);
  const ids = parties.map((party) => party.id);
  // Whose record it is, though somebody else's hand wrote it: the first owner of a new card, the collector of an intake.
  const doer = sql`coalesce(case when e.kind = 'customer.created' then (e.data->>'ownerId')::uuid
    when e.kind like 'intake.%' then (e.data->>'collectorId')::uuid end, e.actor_id)`;
  const counted = await sql<{ user_id: string; part: string; n: number; first: Date; last: Date }>`
    select ${doer} as user_id, split_part(e.kind, '.', 1) as part, count(*) as n,
      min(coalesce(e.occurred_at, e.at)) as first, max(coalesce(e.occurred_at, e.at)) as last
    from event e where e.org_id = ${context.orgId} and e.customer_id = any(${family}::uuid[])
      and ${doer} = any(${ids}::uuid[]) and e.kind not like 'conflict.%' and e.kind not like 'approval.%'
    group by 1, 2`.execute(context.tx);
  const steps = await sql<{ id: string; at: Date; kind: string; by: string }>`
    select e.id, coalesce(e.occurred_at, e.at) as at, e.kind, coalesce(e.author, e.actor_name) as by
    from event e where e.org_id = ${context.orgId} and e.customer_id = any(${family}::uuid[]) and e.kind = any(${telling}::text[])
    order by e.id limit ${most}`.execute(context.tx);
  const first = counted.rows.reduce<(typeof counted.rows)[number] | undefined>(
    (best, row) => (best === undefined || row.first < best.first ? row : best),
    undefined,
  );
  return {
    parties: parties.map((party) => {
      const mine = counted.rows.filter((row) => row.user_id === party.id);
      const times = mine.flatMap((row) => [row.first.getTime(), row.last.getTime()]);
      return {
        user: party,
        recordedFirst: first?.user_id === party.id,
        firstAt: times.length > 0 ? iso(new Date(Math.min(...times))) : null,
        lastAt: times.length > 0 ? iso(new Date(Math.max(...times))) : null,
        counts: Object.fromEntries(mine.map((row) => [row.part, row.n])),
      };
    }),
    evidence: steps.rows
      .map((row) => ({ ...row, at: iso(row.at) }))
      .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)),
  };
}

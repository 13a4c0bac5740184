import { sql } from 'kysely';
import { writeFacts } from '#modules/customers/index.ts';
import { extendObject } from '#modules/fields/index.ts';
import { timeZoneOf } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';

extendObject('customer', {
  sections: [{ key: 'followUp', zh: '跟进情况', en: 'Follow-up' }],
  fields: [
    {
      key: 'lastContactAt',
      type: 'datetime',
      section: 'followUp',
      zh: '最近联系',
      en: 'Last contact',
      sensitivity: 'open',
    },
    { key: 'lastVisitOn', type: 'date', section: 'followUp', zh: '最近拜访', en: 'Last visit', sensitivity: 'open' },
    {
      key: 'nextStepAt',
      type: 'datetime',
      section: 'followUp',
      zh: '下一步时间',
      en: 'Next step',
      sensitivity: 'open',
      rules: { midnightIsDay: true },
    },
    {
      key: 'activityCount90d',
      type: 'number',
      section: 'followUp',
      zh: '近90天活动次数',
      en: 'Activities in 90 days',
      sensitivity: 'open',
      rules: { decimals: 0 },
    },
  ],
});

/** An attempt is no contact, and neither is material that was sent: nobody was spoken to. */
const reached = sql`outcome is distinct from 'notReached' and source is distinct from 'material'`;

interface ContactFacts {
  last_contact_at: Date | null;
  last_visit_on: string | null;
  count90d: number;
  next_step_at: Date | null;
}

/**
 * Computes what the card says about follow-up from the records themselves, with the customer locked: two activities recorded at
 * once, a correction and a merge all end in the same facts. Call it after changing activities or tasks by another way.
 */
export async function refreshWorkFacts(context: Context, customerId: string): Promise<void> {
  const zone = await timeZoneOf(context);
  await sql`select 1 from customer where org_id = ${context.orgId} and id = ${customerId} for no key update`.execute(
    context.tx,
  );
  const result = await sql<ContactFacts>`
    select
      (select max(happened_at) from activity where org_id = ${context.orgId} and customer_id = ${customerId}
        and state = 'active' and ${reached}) as last_contact_at,
      (select (max(happened_at) at time zone ${zone})::date from activity where org_id = ${context.orgId}
        and customer_id = ${customerId} and state = 'active' and type = 'visit'
        and ${reached}) as last_visit_on,
      (select count(*) from activity where org_id = ${context.orgId} and customer_id = ${customerId}
        and state = 'active' and happened_at > ${context.now()}::timestamptz - interval '90 days') as count90d,
      (select min(coalesce(due_at, due_on::timestamp at time zone ${zone})) from task where org_id = ${context.orgId}
        and customer_id = ${customerId} and state = 'open' and due_on is not null) as next_step_at`.execute(context.tx);
  const facts = result.rows[0];
  if (!facts) return;
  await writeFacts(context, customerId, {
    lastContactAt: facts.last_contact_at,
    lastVisitOn: facts.last_visit_on,
    activityCount90d: facts.count90d,
    nextStepAt: facts.next_step_at,
  });
}

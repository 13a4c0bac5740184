import { sql } from 'kysely';
import { registerMerge, writeFacts } from '#modules/customers/index.ts';
import { extendObject } from '#modules/fields/index.ts';
import type { Context } from '#platform/context.ts';

extendObject('customer', {
  fields: [
    {
      key: 'materialSentAt',
      type: 'datetime',
      section: 'followUp',
      zh: '最近发送资料',
      en: 'Materials last sent',
      sensitivity: 'open',
    },
    {
      key: 'materialOpenedAt',
      type: 'datetime',
      section: 'followUp',
      zh: '最近打开资料',
      en: 'Materials last opened',
      sensitivity: 'open',
    },
  ],
});

/** Computes from the sends what the card says about them, with the customer locked: two openings at once end in the same facts. */
export async function refreshMaterialFacts(context: Context, customerId: string): Promise<void> {
  await sql`select 1 from customer where org_id = ${context.orgId} and id = ${customerId} for no key update`.execute(
    context.tx,
  );
  const found = await sql<{ sent: Date | null; opened: Date | null }>`
    select max(created_at) as sent, max(opened_last_at) as opened from material_send
    where org_id = ${context.orgId} and customer_id = ${customerId}`.execute(context.tx);
  const facts = found.rows[0];
  await writeFacts(context, customerId, {
    materialSentAt: facts?.sent ?? null,
    materialOpenedAt: facts?.opened ?? null,
  });
}

async function refreshAll(context: Context, { survivorId, mergedIds }: { survivorId: string; mergedIds: string[] }) {
  for (const id of [survivorId, ...mergedIds]) await refreshMaterialFacts(context, id);
}
registerMerge({ name: 'materialFacts', move: refreshAll, undo: refreshAll });

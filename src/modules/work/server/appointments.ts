import { sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import type { TaskKind } from '../task-contract.ts';

/** The next call, visit or meeting arranged with a customer from this day on; what it is about stays with who may see the task. */
export async function nextAppointment(
  context: Context,
  customerId: string,
  today: string,
): Promise<{ kind: TaskKind; day: string } | null> {
  const found = await sql<{ kind: TaskKind; day: string }>`
    select kind, due_on::text as day from task where org_id = ${context.orgId} and customer_id = ${customerId}
      and state = 'open' and kind in ('call', 'visit', 'meeting') and due_on >= ${today}::date
    order by due_on limit 1`.execute(context.tx);
  return found.rows[0] ?? null;
}

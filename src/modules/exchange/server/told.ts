import { notify } from '#modules/notifications/index.ts';
import type { Context } from '#platform/context.ts';

/** Tells who asked for an export how it ended. */
export async function tell(context: Context, exportId: string, how: 'done' | 'failed'): Promise<void> {
  const run = await context.tx
    .selectFrom('export_run')
    .select(['created_by', 'purpose', 'row_count'])
    .where('org_id', '=', context.orgId)
    .where('id', '=', exportId)
    .executeTakeFirst();
  if (!run?.created_by) return;
  await notify(context, {
    userIds: [run.created_by],
    type: `export.${how}`,
    params: { name: run.purpose, n: run.row_count ?? 0 },
    path: '/exports',
    key: `export:${exportId}:${how}`,
  });
}

import type { Context } from '#platform/context.ts';
import type { ImportTarget } from '#platform/sheets/target.ts';

/** A heading without what varies: width, case, blanks, stars, brackets with hints. */
export const headingKey = (heading: string): string =>
  heading
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[(（[【].*?[)）\]】]/g, '')
    .replace(/[\s*:：_\-./]+/g, '');

/** Recognises headings of a target: what people corrected before comes after what the target knows, and wins. */
export async function headingTargets(
  context: Context,
  target: ImportTarget,
): Promise<{ targetOf: (heading: string) => string | undefined; targets: Set<string> }> {
  const columns = await target.columns(context);
  const targets = new Set(columns.map((column) => column.key));
  const known = new Map<string, string>();
  for (const [heading, key] of await target.headings(context))
    if (targets.has(key)) known.set(headingKey(heading), key);
  const corrected = await context.tx
    .selectFrom('import_heading')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('object', '=', target.key)
    .limit(5000)
    .execute();
  for (const row of corrected) {
    if (row.target === '') known.delete(row.heading);
    else if (targets.has(row.target)) known.set(row.heading, row.target);
  }
  return { targets, targetOf: (heading) => known.get(headingKey(heading)) };
}

/** Remembers how a person mapped headings, so that the next sheet needs no correction. */
export async function rememberHeadings(
  context: Context,
  object: string,
  mapped: { heading: string; target: string }[],
): Promise<void> {
  for (const { heading, target } of mapped) {
    if (headingKey(heading) === '') continue;
    await context.tx
      .insertInto('import_heading')
      .values({ org_id: context.orgId, object, heading: headingKey(heading), target })
      .onConflict((oc) => oc.columns(['org_id', 'object', 'heading']).doUpdateSet({ target }))
      .execute();
  }
}

import { sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import { enqueue } from '#platform/jobs/queue.ts';
import type { FieldDefinition, FieldOption, RecordObject } from '#shared/fields.ts';
import { bumpDictionary, searched } from './dictionary.ts';

/** Kind of the job that writes the search documents of an object anew; run by the module that makes them. */
export const reindexKind = 'fields.reindex';

const left = sql`coalesce(settings->'leftInSearch', '[]')`;

/** A field before and after a change, as it holds for records. */
export type FieldChange = [before: FieldDefinition, after: FieldDefinition];

/** Whether values that name an option are found by other words from now on. */
const renamed = (before: FieldOption[], after: FieldOption[]) =>
  before.some(({ key, zh, en }) =>
    after.some((option) => option.key === key && (option.zh !== zh || option.en !== en)),
  );

/** After a change of fields: when it changes what searching finds, the search documents are written anew in the background. */
export async function reindexAfter(context: Context, ...changes: FieldChange[]): Promise<void> {
  const found = changes.filter(([before, after]) => {
    const otherwise =
      before.type !== after.type ||
      before.rules.format !== after.rules.format ||
      renamed(before.options, after.options);
    return searched(before) !== searched(after) || (searched(after) && otherwise);
  });
  if (found.length === 0) return;
  const gone = found.filter(([before, after]) => searched(before) && !searched(after)).map(([, after]) => after);
  if (gone.length > 0) {
    // Until the values are gone from the index, whoever may not read them must not find by them.
    const keys = JSON.stringify(gone.map((field) => `${field.object}.${field.key}`));
    await sql`update org set settings = jsonb_set(settings, '{leftInSearch}', ${left} || ${keys}::jsonb)
      where org_id = ${context.orgId}`.execute(context.tx);
  }
  const version = await bumpDictionary(context);
  for (const object of new Set(found.map(([, after]) => after.object))) {
    // A job under way may have passed records already: every change has its own.
    await enqueue(context, { kind: reindexKind, payload: { object }, uniqueKey: `${object}:${version}` });
  }
}

/** What is left in the index of an object by fields no longer searched. */
export async function leftInSearch(context: Context, object: RecordObject): Promise<string[]> {
  const { rows } = await sql<{
    left: string[];
  }>`select ${left} as left from org where org_id = ${context.orgId}`.execute(context.tx);
  return (rows[0]?.left ?? []).filter((key) => key.startsWith(`${object}.`));
}

/** The index holds nothing of these any more. */
export async function goneFromSearch(context: Context, keys: string[]): Promise<void> {
  if (keys.length === 0) return;
  await sql`update org set settings = jsonb_set(settings, '{leftInSearch}', ${left} - ${keys}::text[])
    where org_id = ${context.orgId}`.execute(context.tx);
  await bumpDictionary(context);
}

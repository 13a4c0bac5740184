import { sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import { enqueue } from '#platform/jobs/queue.ts';
import type { FieldDefinition, RecordObject } from '#shared/fields.ts';
import { bumpDictionary, searched } from './dictionary.ts';

/** Kind of the job that writes the search documents of an object anew; run by the module that makes them. */
export const reindexKind = 'fields.reindex';

const left = sql`coalesce(settings->'leftInSearch', '[]')`;

/** After a change of a field: when it changes what searching finds, the search documents are written anew in the background. */
export async function reindexAfter(context: Context, before: FieldDefinition, after: FieldDefinition): Promise<void> {
  const was = searched(before);
  const is = searched(after);
  const otherwise = before.type !== after.type || before.rules.format !== after.rules.format;
  if (was === is && !(is && otherwise)) return;
  if (was && !is) {
    // Until the values are gone from the index, whoever may not read them must not find by them.
    await sql`update org set settings = jsonb_set(settings, '{leftInSearch}', ${left} || to_jsonb(${`${after.object}.${after.key}`}::text))
      where org_id = ${context.orgId}`.execute(context.tx);
  }
  const version = await bumpDictionary(context);
  // A job under way may have passed records already: every change has its own.
  await enqueue(context, {
    kind: reindexKind,
    payload: { object: after.object },
    uniqueKey: `${after.object}:${version}`,
  });
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

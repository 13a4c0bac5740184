import { readFile } from 'node:fs/promises';
import { sql } from 'kysely';
import { z } from 'zod';
import { bumpDictionary, createField } from '#modules/fields/index.ts';
import type { Context } from '#platform/context.ts';
import { customerKinds, fieldOption, fieldRules, fieldTypeKeys, textShape } from '#shared/fields.ts';

const share = z.number().min(0).max(1);

/** A preset is data: what a kind of business starts with. Files lie in `presets/`. */
const preset = z.strictObject({
  key: z.string(),
  name: textShape,
  country: z.string().length(2),
  currency: z.string().length(3),
  defaultKind: z.enum(customerKinds),
  numbering: z.strictObject({ pattern: z.string(), reset: z.enum(['never', 'year', 'month']) }),
  gradeLabels: z.record(z.string(), textShape),
  tags: z.array(fieldOption),
  /** Shares of the sample customers who are persons and households, and of its companies that are abroad. */
  sample: z.strictObject({ individual: share, household: share, abroad: share }),
  fields: z.array(
    z.strictObject({
      object: z.enum(['customer', 'contact']),
      key: z.string(),
      type: z.enum(fieldTypeKeys),
      label: textShape,
      section: z.string(),
      kinds: z.array(z.enum(customerKinds)).optional(),
      options: z.array(fieldOption).optional(),
      rules: fieldRules.optional(),
      searchable: z.boolean().optional(),
    }),
  ),
});
export type Preset = z.infer<typeof preset>;

export async function readPreset(key: string): Promise<Preset> {
  return preset.parse(JSON.parse(await readFile(new URL(`../../../../presets/${key}.json`, import.meta.url), 'utf8')));
}

/** Installs a preset in a new company. */
export async function applyPreset(context: Context, key: string): Promise<void> {
  const data = await readPreset(key);
  await sql`update org set country = ${data.country}, currency = ${data.currency},
    settings = settings || ${JSON.stringify({ numbering: { customer: data.numbering }, defaultKind: data.defaultKind })}::jsonb where org_id = ${context.orgId}`.execute(
    context.tx,
  );
  const options = sql`(select jsonb_agg(o || coalesce(${JSON.stringify(data.gradeLabels)}::jsonb->(o->>'key'), '{}') order by i) from jsonb_array_elements(options) with ordinality as e(o, i))`;
  await sql`update field set options = ${options} where org_id = ${context.orgId} and object = 'customer' and key = 'grade'`.execute(
    context.tx,
  );
  await sql`update field set options = ${JSON.stringify(data.tags)}::jsonb where org_id = ${context.orgId} and object = 'customer' and key = 'tags'`.execute(
    context.tx,
  );
  await bumpDictionary(context);
  for (const field of data.fields) await createField(context, { ...field, help: { zh: '', en: '' } });
}

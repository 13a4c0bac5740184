import { sql } from 'kysely';
import { companyToday } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { type Route, serve } from '#platform/http/route.ts';
import { requireVersion } from '#platform/http/version.ts';
import { invalid } from '#shared/errors.ts';
import * as contract from '../contract.ts';
import { previewConversion } from './conversion.ts';
import { convertField, createField, createSection, updateField, updateSection } from './designer.ts';
import { designedDictionary, dictionaryFor, hiddenFields } from './dictionary.ts';
import { exampleNumber, type NumberingRule, numberingOf, numberingRule, restartNumbers } from './numbering.ts';

/** Endpoints of the field dictionary and its designer. */
export const fieldRoutes: Route[] = [
  serve(contract.getDictionary, async (context) => ({
    ...(await dictionaryFor(context)),
    hiddenFields: await hiddenFields(context),
  })),
  serve(contract.getWholeDictionary, (context) => designedDictionary(context)),
  serve(contract.createField, (context, { body }) => createField(context, body)),
  serve(contract.updateField, (context, { params, body }) => updateField(context, params.id, body)),
  serve(contract.previewConversion, (context, { params, body }) => previewConversion(context, params.id, body)),
  serve(contract.convertField, (context, { params, body }) => convertField(context, params.id, body)),
  serve(contract.createSection, (context, { body }) => createSection(context, body)),
  serve(contract.updateSection, (context, { params, body }) => updateSection(context, params.id, body)),
  serve(contract.getNumbering, async (context) => numberingView(context, await numberingOf(context, 'customer'))),
  serve(contract.updateNumbering, async (context, { body }) => {
    const checked = numberingRule.safeParse(body);
    if (!checked.success)
      throw invalid([{ field: 'pattern', code: checked.error.issues[0]?.message ?? 'numbering.pattern' }]);
    const rule = checked.data;
    // A sequence that starts again must show in the number when it did, else numbers would repeat.
    if (rule.reset !== 'never' && !/\{YY(YY)?\}/.test(rule.pattern))
      throw invalid([{ field: 'pattern', code: 'numbering.period' }]);
    if (rule.reset === 'month' && !rule.pattern.includes('{MM}'))
      throw invalid([{ field: 'pattern', code: 'numbering.period' }]);
    await sql`select 1 from org where org_id = ${context.orgId} for update`.execute(context.tx);
    const before = await numberingView(context, await numberingOf(context, 'customer'));
    requireVersion(context, before.version, () => before);
    await sql`update org set version = version + 1, settings = jsonb_set(settings, '{numbering}',
      coalesce(settings->'numbering', '{}') || jsonb_build_object('customer', ${JSON.stringify(rule)}::jsonb)) where org_id = ${context.orgId}`.execute(
      context.tx,
    );
    await restartNumbers(context, 'customer');
    await recordEvent(context, {
      kind: 'numbering.updated',
      subjectKind: 'org',
      subjectId: context.orgId,
      changes: { customer: { from: { pattern: before.pattern, reset: before.reset }, to: rule } },
    });
    return numberingView(context, rule);
  }),
];

async function numberingView(context: Context, rule: NumberingRule) {
  const org = await context.tx
    .selectFrom('org')
    .select('version')
    .where('org_id', '=', context.orgId)
    .executeTakeFirstOrThrow();
  return { ...rule, example: exampleNumber(rule, await companyToday(context)), version: org.version };
}

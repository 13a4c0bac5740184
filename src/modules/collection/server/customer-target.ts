import { intakeOf, waitForChains } from '#modules/customers/index.ts';
import { dictionaryFor, takeNumbers } from '#modules/fields/index.ts';
import { holds } from '#platform/access/actor.ts';
import { checkContextOf } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import {
  duplicateModes,
  type ImportTarget,
  type Outcome,
  registerImportTarget,
  type SheetOptions,
  type TargetColumn,
} from '#platform/sheets/target.ts';
import { badRequest, forbidden, invalid } from '#shared/errors.ts';
import type { FieldDefinition } from '#shared/fields.ts';
import { meaningsOf } from './choice-values.ts';
import { synonyms } from './customer-headings.ts';
import { nameLinks } from './link-cells.ts';
import { commonOwner, ownersOf } from './owners.ts';
import { ownerKey, type ParsedRow, parseRow, planRows, takesSeveral } from './rows.ts';
import { markOf, rowKeys, writeRows } from './write-rows.ts';

const writable = (fields: FieldDefinition[]) => fields.filter((field) => !field.readOnly && field.type !== 'score');
const keyOf = (field: FieldDefinition) => `${field.object}.${field.key}`;
const ofPeople = (kind: string) => kind === 'individual' || kind === 'household';

async function columns(context: Context): Promise<TargetColumn[]> {
  const { fields } = await dictionaryFor(context);
  const named = writable(fields).flatMap((field): TargetColumn[] =>
    field.object === 'customer' || field.object === 'contact'
      ? [{ key: keyOf(field), label: field.label, group: field.object, several: takesSeveral(field) }]
      : [],
  );
  return holds(context.actor, 'customer:assign')
    ? [...named, { key: ownerKey, label: { zh: '负责人', en: 'Owner' }, group: 'customer' }]
    : named;
}

/** Labels of contacts, labels of customers, then what else people write. */
async function headings(context: Context): Promise<[string, string][]> {
  const fields = writable((await dictionaryFor(context)).fields);
  const texts = (field: FieldDefinition) => [field.label.zh, field.label.en, field.key];
  const people = fields.filter((field) => field.object === 'contact');
  const customers = fields.filter((field) => field.object === 'customer');
  return [
    ...people.toReversed().flatMap((field) => texts(field).map((text): [string, string] => [text, keyOf(field)])),
    ...people.flatMap((field) =>
      texts(field).flatMap((text): [string, string][] => [
        [`联系人${text}`, keyOf(field)],
        [`contact ${text}`, keyOf(field)],
      ]),
    ),
    ...customers.flatMap((field) => texts(field).map((text): [string, string] => [text, keyOf(field)])),
    ...Object.entries(synonyms).flatMap(([key, list]) => list.map((text): [string, string] => [text, key])),
  ];
}

async function check(context: Context, { kind, mapping, owner }: SheetOptions): Promise<void> {
  const { fields } = await dictionaryFor(context);
  for (const [index, target] of Object.entries(mapping)) {
    if (target === ownerKey) continue;
    const field = fields.find((item) => keyOf(item) === target);
    if (!field) throw badRequest('field.unknown', { field: `mapping.${index}`, params: { field: target } });
    if (field.object === 'customer' && field.kinds && !field.kinds.some((item) => item === kind)) {
      const label = context.lang === 'en-US' ? field.label.en : field.label.zh;
      throw invalid([{ field: `mapping.${index}`, code: 'import.notForKind', params: { field: label } }]);
    }
  }
  // Leaving it to the rules gives nothing to anybody by hand.
  const chosen = owner.way === 'person' || owner.way === 'column';
  if (chosen && !holds(context.actor, 'customer:assign')) throw forbidden('customer:assign');
  const ownerColumns = Object.values(mapping).filter((key) => key === ownerKey).length;
  if (owner.way === 'column' && ownerColumns !== 1)
    throw invalid([{ field: 'owner', code: ownerColumns === 0 ? 'import.ownerColumn' : 'import.ownerColumns' }]);
  if (owner.way === 'person' && !owner.personId) throw invalid([{ field: 'owner', code: 'import.ownerPerson' }]);
  await commonOwner(context, { owner } as SheetOptions);
}

const customerTarget: ImportTarget<ParsedRow> = {
  key: 'customer',
  order: 10,
  permission: 'customer:create',
  modes: duplicateModes,
  columns,
  headings,
  check,
  lacking: (mapped, kind) =>
    mapped.includes('customer.name') || (ofPeople(kind) && mapped.includes('contact.name'))
      ? null
      : 'import.nameColumn',
  async start(context, options, named) {
    const { fields } = await dictionaryFor(context);
    const open = writable(fields);
    const meanings = await meaningsOf(context, 'customer');
    const plan = planRows(open, named, options, { meanings, ...(await checkContextOf(context)) });
    const defaults = open.filter(
      (field) =>
        field.object === 'customer' &&
        field.defaultValue !== null &&
        field.defaultValue !== undefined &&
        (!field.kinds || field.kinds.some((kind) => kind === options.kind)),
    );
    const common = await commonOwner(context, options);
    const mapped = new Set<string>(Object.values(options.mapping));
    // Batches that only create customers (no drafts), with an owner said beforehand and nothing unique among their values, hold nothing others wait for.
    const independent =
      (await intakeOf(context)) === null &&
      (options.duplicates === 'skip' || options.duplicates === 'create') &&
      (options.owner.way === 'me' || options.owner.way === 'person') &&
      !fields.some(
        (field) =>
          (mapped.has(keyOf(field)) && (field.unique || field.type === 'customer' || field.type === 'contact')) ||
          (field.unique && defaults.includes(field)),
      );
    return {
      parse(cells, number) {
        const row = parseRow(plan, cells, number);
        if (row && options.duplicates !== 'create') row.keys = rowKeys(row, options.kind);
        return row;
      },
      marks: (rows) => (independent ? rows.flatMap((row) => row.keys.map(markOf)) : null),
      async write(tx, rows, batchId, aside) {
        if (mapped.has('customer.parentCustomerId')) await waitForChains(tx);
        const owners = await ownersOf(tx, plan, rows);
        const outcome: Outcome = { created: 0, updated: 0, skipped: [], failed: [] };
        for (let rest = rows; rest.length > 0; ) {
          const { known, unknown } = await nameLinks(tx, rest);
          const right = known.filter((row) => row.errors.length === 0);
          const written = await writeRows(tx, right, {
            options,
            batchId,
            defaults,
            ownerOf: (row) => (plan.ownerColumn ? (owners.get(row.owner.toLowerCase()) ?? common) : common),
            // A batch that fails after it took its numbers leaves a gap.
            numbers: aside && ((count) => aside((context) => takeNumbers(context, 'customer', count))),
          });
          outcome.created += written.created;
          outcome.updated += written.updated;
          outcome.skipped.push(...written.skipped);
          outcome.failed.push(...written.failed);
          const wrong = known.filter((row) => row.errors.length > 0);
          outcome.failed.push(...wrong.map((row) => ({ row, errors: row.errors })));
          // What was just written may be what others name; a round that wrote nothing is the last.
          rest = written.created > 0 ? [...unknown.keys()] : [];
          if (rest.length === 0)
            for (const [row, errors] of unknown) outcome.failed.push({ row, errors: [...row.errors, ...errors] });
        }
        return outcome;
      },
    };
  },
};

registerImportTarget(customerTarget);

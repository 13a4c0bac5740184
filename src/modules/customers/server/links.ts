import { userNames } from '#modules/people/index.ts';
import { visible } from '#platform/access/visible.ts';
import type { Context } from '#platform/context.ts';
import type { FieldDefinition, FieldType, FieldValues } from '#shared/fields.ts';

/** Names of records that values link to, by id: only those the actor may see; `active`: only those that can be chosen. */
type Names = (context: Context, ids: string[], active: boolean) => Promise<Record<string, string>>;

async function customerNames(context: Context, ids: string[], active: boolean): Promise<Record<string, string>> {
  let select = context.tx
    .selectFrom('customer')
    .select(['id', 'name'])
    .where('org_id', '=', context.orgId)
    .where('id', 'in', ids)
    .where(visible(context.actor, 'customer:read', 'customer'));
  if (active) select = select.where('state', '=', 'active');
  return Object.fromEntries((await select.execute()).map((row) => [row.id, row.name]));
}

const linked = new Map<FieldType, Names>([
  ['user', userNames],
  ['customer', customerNames],
]);

/** A later module tells the names of its records that fields can link to. */
export function registerLinked(type: FieldType, names: Names): void {
  linked.set(type, names);
}

/** The linked records in the values, by the type of their fields. */
function linksIn(fields: Iterable<FieldDefinition>, rows: FieldValues[]): [Names, Map<string, string[]>][] {
  const found = new Map<Names, Map<string, string[]>>();
  for (const field of fields) {
    const names = linked.get(field.type);
    if (!names) continue;
    const keysById = found.get(names) ?? new Map<string, string[]>();
    found.set(names, keysById);
    for (const values of rows) {
      const id = values[field.key];
      if (typeof id === 'string') keysById.set(id, [...(keysById.get(id) ?? []), field.key]);
    }
  }
  return [...found].filter(([, keysById]) => keysById.size > 0);
}

/** Names of what the values link to, by id, read in a query for each kind of record however many rows there are. */
export async function linkLabels(
  context: Context,
  fields: FieldDefinition[],
  rows: FieldValues[],
): Promise<Record<string, string>> {
  const labels: Record<string, string> = {};
  for (const [names, keysById] of linksIn(fields, rows))
    Object.assign(labels, await names(context, [...keysById.keys()], false));
  return labels;
}

/** Names of records given by their ids (commas between), by kind. */
export async function namesById(
  context: Context,
  ids: Partial<Record<'user' | 'customer' | 'contact', string>>,
): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const [type, names] of linked) {
    const list = ids[type as keyof typeof ids]?.split(',');
    if (list) Object.assign(found, await names(context, list, false));
  }
  return found;
}

/** An error for each value that links to a record the actor may not choose. */
export async function unknownLinks(context: Context, fields: Iterable<FieldDefinition>, values: FieldValues) {
  const errors: { field: string; code: string }[] = [];
  for (const [names, keysById] of linksIn(fields, [values])) {
    const known = await names(context, [...keysById.keys()], true);
    for (const [id, keys] of keysById)
      if (known[id] === undefined)
        errors.push(...keys.map((key) => ({ field: `values.${key}`, code: 'link.unknown' })));
  }
  return errors;
}

import { z } from 'zod';
import { loadCustomer } from '#modules/customers/index.ts';
import { countRecords, dictionaryFor, fromListRow, linkLabels, listRecords } from '#modules/fields/index.ts';
import { timeZoneOf } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import type { Cell } from '#platform/sheets/cells.ts';
import type { ExportSource } from '#platform/sheets/source.ts';
import type { SheetColumn } from '#platform/sheets/write.ts';
import { condition } from '#shared/conditions.ts';
import { badRequest } from '#shared/errors.ts';
import type { FieldDefinition } from '#shared/fields.ts';
import { cellText } from '#shared/values/text.ts';
import { customerNames } from './people.ts';

const query = z.strictObject({
  customerId: z.uuid().optional(),
  ids: z.array(z.uuid()).max(10_000).optional(),
  filter: condition.optional(),
  q: z.string().max(200).optional(),
  fields: z.array(z.string().max(60)).min(1).max(200),
  sort: z.string().max(60).default('name'),
});
type Query = z.infer<typeof query>;
const pageSize = 1000;

const request = ({ customerId, ids, filter, q }: Query) => ({
  object: 'contact' as const,
  permission: 'customer:export',
  filter,
  q,
  ids,
  customerId,
});

/** The chosen fields as far as the asker may read them; one that is not there is named. */
async function chosen(context: Context, { fields, sort }: Query): Promise<FieldDefinition[]> {
  const known = new Map((await dictionaryFor(context, 'contact')).fields.map((field) => [field.key, field] as const));
  const unknown = [...fields, sort.replace(/^-/, '')].find((key) => !known.has(key));
  if (unknown) throw badRequest('field.unknown', { field: unknown, params: { field: unknown } });
  return fields.flatMap((key) => known.get(key) ?? []);
}

const typeOf = ({ type }: FieldDefinition): SheetColumn['type'] =>
  type === 'number' || type === 'score' ? 'number' : type === 'date' ? 'date' : 'text';

/** People at customers as a sheet, each with the number and name of the customer. */
export const contactSource: ExportSource<Query> = {
  key: 'contact',
  label: { zh: '联系人', en: 'People' },
  permission: 'customer:read',
  query,
  async describe(context, asked) {
    if (asked.customerId) return (await loadCustomer(context, asked.customerId, 'customer:read')).name;
    return [asked.q, asked.filter ? JSON.stringify(asked.filter) : null].filter(Boolean).join(' ').slice(0, 500) || '*';
  },
  async count(context, asked, limit) {
    await chosen(context, asked);
    // A sort that cannot be would only fail in the job.
    await listRecords(context, { ...request(asked), sort: asked.sort, fields: [], limit: 1 });
    return (await countRecords(context, request(asked), limit)).value;
  },
  async columns(context, asked) {
    const english = context.lang === 'en-US';
    const fields = await chosen(context, asked);
    return [
      { header: english ? 'Customer number' : '客户编号', type: 'text' },
      { header: english ? 'Customer' : '客户', type: 'text', width: 28 },
      ...fields.map((field) => ({ header: english ? field.label.en : field.label.zh, type: typeOf(field) })),
    ];
  },
  async page(context, asked, cursor) {
    const fields = await chosen(context, asked);
    const page = await listRecords(context, {
      ...request(asked),
      sort: asked.sort,
      fields: fields.map((field) => field.key),
      cursor,
      limit: pageSize,
    });
    const values = page.rows.map((row) => fromListRow(page.fields, row));
    const labels = await linkLabels(context, page.fields, values);
    const timeZone = await timeZoneOf(context);
    const customers = await customerNames(
      context,
      page.rows.map((row) => row.customer_id),
    );
    return {
      rows: page.rows.map((row, index): Cell[] => {
        const customer = customers.get(row.customer_id);
        const cells = fields.map((field) =>
          cellText(field, values[index]?.[field.key], context.lang, labels, timeZone),
        );
        return [customer?.number ?? null, customer?.name ?? null, ...cells];
      }),
      nextCursor: page.nextCursor,
    };
  },
};

import { loadCustomer, viewCard } from '#modules/customers/index.ts';
import { countRecords, dictionaryFor, fromListRow, linkLabels, listRecords } from '#modules/fields/index.ts';
import { companyOf } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import type { FieldDefinition, MoneyValue, TextPointValue } from '#shared/fields.ts';
import { phoneText } from '#shared/identifiers/phone-text.ts';
import { formatMajorMoney, formatMoney } from '#shared/money.ts';
import { cellText } from '#shared/values/text.ts';
import type { CardSheet } from '../../contract.ts';

const inHeader = ['name', 'number', 'kind', 'ownerId', 'grade', 'createdAt', 'updatedAt'];
const peopleKeys = ['name', 'position', 'department', 'phones', 'emails', 'buyingRole', 'remark'];

/** One page has room for these; how many more there are is told on it. */
const shownPeople = 20;

const filled = (value: unknown) =>
  value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0);

/** The card as it is printed: what this actor may see, in words, sections in the order of the layout, empty fields left out. */
export async function cardSheet(context: Context, id: string, permission: string): Promise<CardSheet> {
  const card = await viewCard(context, await loadCustomer(context, id, permission));
  const { timeZone, currency } = await companyOf(context);
  const english = context.lang === 'en-US';
  const label = (text: { zh: string; en: string }) => (english ? text.en : text.zh);
  const write = (field: FieldDefinition, value: unknown, labels: Record<string, string>) => {
    if (field.type === 'phones') return (value as TextPointValue[]).map((item) => phoneText(item.value)).join('; ');
    if (field.type === 'money') return formatMoney(value as MoneyValue, context.lang);
    if (field.rules.companyMoney) return formatMajorMoney(Number(value), currency, context.lang);
    return String(cellText(field, value, context.lang, labels, timeZone) ?? '');
  };
  const { fields, sections } = await dictionaryFor(context, 'customer');
  const grade = fields.find((field) => field.key === 'grade');
  const applies = (item: { kinds: string[] | null }) => item.kinds === null || item.kinds.includes(card.kind);
  const { people, headings, morePeople } = await peopleOf(context, id, write, label);
  return {
    id,
    name: String(card.values.name ?? ''),
    number: card.number,
    grade: grade && filled(card.values.grade) ? write(grade, card.values.grade, card.labels) : null,
    kind: card.kind,
    owner: card.owner?.name ?? null,
    author: card.createdBy,
    createdAt: card.createdAt,
    updatedAt: card.updatedAt,
    sections: sections
      .filter(applies)
      .map((section) => ({
        label: label(section.label),
        items: fields
          .filter(
            (field) =>
              field.section === section.key &&
              // Its place is the screen: the sheet is words.
              field.type !== 'picture' &&
              applies(field) &&
              !inHeader.includes(field.key) &&
              filled(card.values[field.key]),
          )
          .map((field) => ({
            label: label(field.label),
            value: write(field, card.values[field.key], card.labels),
            unverified: field.tracked && !card.provenance[field.key]?.verifiedAt,
          })),
      }))
      .filter((section) => section.items.length > 0),
    people,
    headings,
    morePeople,
    printedBy: context.actor.name,
    printedAt: context.now().toISOString(),
    timeZone,
  };
}

async function peopleOf(
  context: Context,
  customerId: string,
  write: (field: FieldDefinition, value: unknown, labels: Record<string, string>) => string,
  label: (text: { zh: string; en: string }) => string,
) {
  const { fields } = await dictionaryFor(context, 'contact');
  const chosen = peopleKeys.flatMap((key) => fields.filter((field) => field.key === key));
  const of = { object: 'contact', permission: 'customer:read', customerId } as const;
  const page = await listRecords(context, {
    ...of,
    sort: fields.some((field) => field.key === 'isPrimary') ? '-isPrimary' : 'name',
    fields: chosen.map((field) => field.key),
    limit: shownPeople,
  });
  const all = page.nextCursor ? (await countRecords(context, of)).value : page.rows.length;
  const values = page.rows.map((row) => fromListRow(page.fields, row));
  const labels = await linkLabels(context, page.fields, values);
  // What nobody here has takes no room.
  const columns = chosen.filter((field) => values.some((row) => filled(row[field.key])));
  return {
    morePeople: all - page.rows.length,
    headings: columns.map((field) => label(field.label)),
    people: values.map((row) =>
      columns.map((field) => (filled(row[field.key]) ? write(field, row[field.key], labels) : '')),
    ),
  };
}

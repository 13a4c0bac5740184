import { isLinked } from '#modules/fields/index.ts';
import { errorCell, isEmptyRow, nothing, plainNumber, serialDay, shortenedNumber } from '#platform/sheets/cell-text.ts';
import type { Cell } from '#platform/sheets/cells.ts';
import type { SheetOptions, SheetRow, WrongCell } from '#platform/sheets/target.ts';
import type { Checked } from '#shared/checked.ts';
import type { CustomerKind, FieldDefinition, FieldValues } from '#shared/fields.ts';
import { type CheckContext, checkValue } from '#shared/values/check.ts';
import { faultOfPoint, wrongPoints } from '#shared/values/points.ts';
import { explainChoices, type Meanings, unknownWord } from './choice-values.ts';

export interface ParsedRow extends SheetRow {
  customer: FieldValues;
  contact: FieldValues | null;
  /** What makes the row the same as another or as a known customer; empty when duplicates are not looked for. */
  keys: { kind: string; key: string }[];
  /** Cells that name records: read when the row is written, for only the database knows them. */
  links: { field: FieldDefinition; heading: string; text: string }[];
  /** The owner as the sheet names them; empty when the cell is. */
  owner: string;
  /** Heading of the column each `object.field` came from. */
  headings: Record<string, string>;
}

export interface RowPlan extends CheckContext {
  columns: { index: number; heading: string; field: FieldDefinition; object: 'customer' | 'contact' }[];
  headings: Record<string, string>;
  required: FieldDefinition[];
  /** Fields the customer itself has under the same key as a person. */
  own: Map<string, FieldDefinition>;
  /** Column that names the owner, when the person chose so. */
  ownerColumn: { index: number; heading: string } | null;
  kind: CustomerKind;
  meanings: Meanings;
}

/** Turns headings and mapping into what each cell of a row becomes. */
export function planRows(
  fields: FieldDefinition[],
  headings: Map<number, string>,
  options: SheetOptions,
  { meanings, ...reading }: CheckContext & { meanings: Meanings },
): RowPlan {
  const byTarget = new Map<string, FieldDefinition>(fields.map((field) => [`${field.object}.${field.key}`, field]));
  const columns = Object.entries(options.mapping).flatMap(([index, target]) => {
    const field = byTarget.get(target);
    return field
      ? [{ index: Number(index), heading: headings.get(Number(index)) ?? '', field, object: field.object }]
      : [];
  });
  const required = fields.filter(
    (field) =>
      field.object === 'customer' &&
      field.required &&
      (!field.kinds || field.kinds.some((kind) => kind === options.kind)),
  );
  const named = Object.fromEntries(
    [...Map.groupBy(columns, (column) => `${column.object}.${column.field.key}`)].map(([key, list]) => [
      key,
      list.map((column) => column.heading).join(' / '),
    ]),
  );
  const owner = options.owner.way === 'column' && Object.entries(options.mapping).find(([, key]) => key === ownerKey);
  const ownerColumn = owner ? { index: Number(owner[0]), heading: headings.get(Number(owner[0])) ?? '' } : null;
  const own = new Map(
    fields.flatMap((field) =>
      field.object === 'customer' && (!field.kinds || field.kinds.some((kind) => kind === options.kind))
        ? [[field.key, field] as const]
        : [],
    ),
  );
  return {
    columns,
    headings: named,
    required,
    own,
    ownerColumn,
    kind: options.kind as CustomerKind,
    meanings,
    ...reading,
  };
}

/** The column with the name or address of the owner: no field of the dictionary, for who owns a customer is decided, not entered. */
export const ownerKey = 'customer.owner';

const listTypes = new Set(['phones', 'emails', 'urls', 'addresses', 'texts', 'multichoice']);
/** Whether several columns of a sheet may be mapped to the field without being asked: their values all stay. */
export const takesSeveral = (field: FieldDefinition): boolean => listTypes.has(field.type) || field.type === 'longtext';

type Fault = Exclude<Checked<unknown>, { ok: true }>;

/** A card keeps contact points that fail their check, marked; a sheet has them listed, with the reason of the first. */
function faultOf(field: FieldDefinition, value: unknown, reading: CheckContext): Fault | undefined {
  const [point] = wrongPoints(value);
  return point && faultOfPoint(field.type, point, reading.country);
}

/** Reads one row: values of customer and contact, and every cell that is wrong. Undefined for an empty row. */
export function parseRow(plan: RowPlan, cells: Cell[], row: number): ParsedRow | undefined {
  if (isEmptyRow(cells)) return undefined;
  const errors: WrongCell[] = [];
  const values = { customer: {} as FieldValues, contact: {} as FieldValues };
  const own = rowCountry(plan, cells);
  const country = own ?? plan.country;
  const reading: CheckContext = {
    country,
    ownCountry: own !== undefined,
    currency: plan.currency,
    timeZone: plan.timeZone,
    today: plan.today,
  };
  /** Words said to be no option, with their heading. */
  const unplaced: string[] = [];
  const check = (field: FieldDefinition, raw: Cell, heading: string) => {
    const checked = checkValue(field, raw, reading);
    if (checked.ok || !unknownWord.has(checked.code) || plan.meanings.size === 0) return checked;
    const explained = explainChoices(field, raw, { meanings: plan.meanings, reading });
    // Nothing is dropped: without remarks to put it into, the word stays a wrong cell.
    if (explained.rest.length > 0 && !plan.own.has('remark')) return checked;
    unplaced.push(...explained.rest.map((text) => `${heading}：${text}`));
    return checkValue(field, explained.raw, reading);
  };
  const links: ParsedRow['links'] = [];
  for (const { index, heading, field, object } of plan.columns) {
    const cell = cells[index] ?? null;
    if (cell === null || cell === '') continue;
    const text = typeof cell === 'string' ? cell : String(cell);
    const wrong = (code: string, params: Record<string, string | number> = {}) =>
      errors.push({ column: heading, value: text.slice(0, 200), code, params });
    if (errorCell.test(text)) {
      wrong('import.cellError');
      continue;
    }
    if (isLinked(field.type)) {
      if (!nothing.test(text.trim())) links.push({ field, heading, text: text.trim() });
      continue;
    }
    // A spreadsheet keeps 15 digits of a number, and fewer in text: the last digits of a long code are already lost in the file.
    const digitsLost =
      typeof cell === 'number'
        ? !Number.isSafeInteger(cell) && Number.isInteger(cell)
        : coded.has(field.rules.format ?? field.type) && shortenedNumber.test(text);
    if (digitsLost && !numeric.has(field.type)) {
      wrong('import.digitsLost');
      continue;
    }
    // A number typed into a text-like column is text: phones and codes must keep every digit.
    const raw =
      typeof cell === 'number' && field.type !== 'number' && field.type !== 'money' && field.type !== 'date'
        ? asWritten(plainNumber(cell), field, country)
        : typeof cell === 'number' && field.type === 'date'
          ? serialDay(cell)
          : typeof cell === 'boolean' && field.type !== 'boolean'
            ? text.toUpperCase()
            : cell;
    const checked = check(field, raw, heading);
    const fault = checked.ok ? faultOf(field, checked.value, reading) : checked;
    if (fault) {
      if (!nothing.test(text.trim())) wrong(fault.code, fault.params);
      continue;
    }
    if (!checked.ok || checked.value === null) continue;
    const target = values[object];
    const before = target[field.key];
    if (before === undefined) {
      target[field.key] = checked.value;
      continue;
    }
    const both = together(field, before, checked.value);
    if (both === undefined) {
      const first = plan.columns.find((column) => column.object === object && column.field.key === field.key);
      wrong('import.twoValues', { column: first?.heading ?? '' });
      continue;
    }
    const whole = checkValue(field, both, reading);
    if (whole.ok) target[field.key] = whole.value;
    else wrong(whole.code, whole.params);
  }
  if (unplaced.length > 0) values.customer.remark = [values.customer.remark ?? [], unplaced].flat().join('\n');
  if (
    values.customer.name === undefined &&
    values.contact.name !== undefined &&
    (plan.kind === 'individual' || plan.kind === 'household')
  ) {
    values.customer.name = values.contact.name;
  }
  const named = values.contact.name !== undefined && plan.kind !== 'individual';
  if (!named) takeOver(plan, values);
  for (const field of plan.required) {
    const column = plan.columns.find((item) => item.object === 'customer' && item.field.key === field.key);
    const told = [...errors, ...links].some(
      (cell) => ('column' in cell ? cell.column : cell.heading) === column?.heading,
    );
    if (
      values.customer[field.key] === undefined &&
      !told &&
      (field.defaultValue === null || field.defaultValue === undefined)
    ) {
      errors.push({ column: column?.heading ?? field.label.zh, value: '', code: 'input.required', params: {} });
    }
  }
  return {
    row,
    customer: values.customer,
    contact: named ? completeContact(values) : null,
    keys: [],
    links,
    owner: plan.ownerColumn ? String(cells[plan.ownerColumn.index] ?? '').trim() : '',
    errors,
    cells,
    headings: plan.headings,
  };
}

/** Where no person is made of the row, what the customer has a field for is the customer's: nothing of the sheet is lost unseen. */
function takeOver(plan: RowPlan, values: { customer: FieldValues; contact: FieldValues }): void {
  for (const [key, value] of Object.entries(values.contact)) {
    const field = plan.own.get(key);
    if (!field || key === 'name') continue;
    const before = values.customer[key];
    values.customer[key] = before === undefined ? value : (together(field, before, value) ?? before);
  }
}

/** An exhibition sheet has one phone and email for company and person: the person gets them too unless own ones are given. */
function completeContact(values: { customer: FieldValues; contact: FieldValues }): FieldValues {
  const contact: FieldValues = { isPrimary: true, ...values.contact };
  for (const key of ['phones', 'emails'])
    if (contact[key] === undefined && values.customer[key] !== undefined) contact[key] = values.customer[key];
  return contact;
}

/** What two columns of one field make: lists and texts are joined; of anything else there can be only one, else undefined. */
function together(field: FieldDefinition, before: unknown, added: unknown): unknown {
  if (Array.isArray(before)) return mergeList(before, added as unknown[]);
  if (JSON.stringify(before) === JSON.stringify(added)) return before;
  if (field.type === 'longtext') return `${String(before)}\n${String(added)}`;
  return field.type === 'text' ? `${String(before)} ${String(added)}` : undefined;
}

function mergeList(before: unknown[], added: unknown[]): unknown[] {
  const keyOf = (item: unknown) =>
    typeof item === 'object' && item !== null
      ? String((item as { value?: unknown; text?: unknown }).value ?? (item as { text?: unknown }).text).toLowerCase()
      : String(item);
  const known = new Set(before.map(keyOf));
  return [...before, ...added.filter((item) => !known.has(keyOf(item)))];
}

const numeric = new Set(['number', 'money', 'date', 'boolean']);
/** What is made of digits but is no number. */
const coded = new Set(['phone', 'phones', 'uscc', 'idCard', 'bankCard', 'postcode']);

/** A postcode kept as a number lost its leading zeros. */
const asWritten = (text: string, field: FieldDefinition, country: string) =>
  field.rules.format === 'postcode' && country === 'CN' ? text.padStart(6, '0') : text;

/** The row's own country decides how its phone numbers and postcode are read. */
function rowCountry(plan: RowPlan, cells: Cell[]): string | undefined {
  const column = plan.columns.find((item) => item.object === 'customer' && item.field.key === 'country');
  const cell = column ? cells[column.index] : null;
  if (!column || typeof cell !== 'string') return undefined;
  const { raw } = explainChoices(column.field, cell, { meanings: plan.meanings, reading: plan });
  const checked = checkValue(column.field, raw, plan);
  return checked.ok && typeof checked.value === 'string' ? checked.value : undefined;
}

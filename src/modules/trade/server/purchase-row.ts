import { identityKeys } from '#modules/customers/index.ts';
import { errorCell, isEmptyRow, plainNumber, serialDay } from '#platform/sheets/cell-text.ts';
import type { Cell } from '#platform/sheets/cells.ts';
import type { SheetRow } from '#platform/sheets/target.ts';
import { bad, type Checked, good } from '#shared/checked.ts';
import { parseDay } from '#shared/dates/day.ts';
import type { FieldValues } from '#shared/fields.ts';
import { checkUscc } from '#shared/identifiers/codes.ts';
import { minorDigits, parseMoney } from '#shared/money.ts';
import { normalizeText } from '#shared/text/normalize.ts';
import type { CheckContext } from '#shared/values/check.ts';
import { checkPhones, checkPoints } from '#shared/values/points.ts';

/** A way a row names its customer; `name` is the exact name, `alike` the name without region and legal form. */
export interface CustomerKey {
  way: 'number' | 'uscc' | 'phone' | 'email' | 'name' | 'alike';
  key: string;
}

export interface PurchaseRow extends SheetRow {
  /** The surest first. */
  customer: CustomerKey[];
  label: string;
  day: string;
  amountMinor: number;
  currency: string;
  product: string | null;
  externalKey: string | undefined;
}

export interface PurchasePlan extends CheckContext {
  columns: { index: number; heading: string; key: string }[];
  today: string;
}

const customerColumns = ['purchase.number', 'purchase.uscc', 'purchase.phone', 'purchase.email', 'purchase.customer'];

/** Reads one row; undefined when it is empty. */
export function parsePurchase(plan: PurchasePlan, cells: Cell[], row: number): PurchaseRow | undefined {
  if (isEmptyRow(cells)) return undefined;
  const parsed: PurchaseRow = {
    ...{ row, cells, errors: [], customer: [], label: '', day: '', amountMinor: 0 },
    ...{ currency: plan.currency, product: null, externalKey: undefined },
  };
  const cellOf = (key: string) => {
    const column = plan.columns.find((item) => item.key === key);
    return { heading: column?.heading ?? '', cell: (column ? cells[column.index] : null) ?? null };
  };
  /** Reads a cell; one that is wrong is told and left out. */
  const take = <T>(key: string, read: (text: string, cell: Cell) => Checked<T>): T | undefined => {
    const { heading, cell } = cellOf(key);
    const text = typeof cell === 'number' ? plainNumber(cell) : normalizeText(String(cell ?? ''));
    if (text === '') return undefined;
    const result = errorCell.test(text) ? bad('import.cellError') : read(text, cell);
    if (result.ok) return result.value;
    parsed.errors.push({ column: heading, value: text.slice(0, 200), code: result.code, params: result.params ?? {} });
    return undefined;
  };
  for (const key of customerColumns) {
    const found = take(key, (text) => keysOf(key, text, plan.country));
    if (found) parsed.customer.push(...found);
  }
  parsed.label = (
    ['purchase.customer', ...customerColumns].map((key) => cellOf(key).cell).find((cell) => cell !== null) ?? ''
  )
    .toString()
    .slice(0, 200);
  const currency = take('purchase.currency', (text) => currencyOf(text, plan.currency));
  const day = take('purchase.day', (text, cell) => dayOf(typeof cell === 'number' ? serialDay(cell) : text, plan));
  const money = take('purchase.amount', (text, cell) =>
    parseMoney(amountText(cell, text, currency ?? plan.currency), currency ?? plan.currency),
  );
  const product = take('purchase.product', (text) => short(text));
  parsed.externalKey = take('purchase.externalKey', (text) => short(text));
  if (money && Math.abs(Number(money.amount)) > 1e15)
    parsed.errors.push({
      column: cellOf('purchase.amount').heading,
      value: money.amount,
      code: 'money.tooLarge',
      params: {},
    });
  requireCells(parsed, plan, { 'purchase.day': day, 'purchase.amount': money });
  return {
    ...parsed,
    day: day ?? '',
    amountMinor: Number(money?.amount ?? 0),
    currency: money?.currency ?? currency ?? plan.currency,
    product: product ?? null,
  };
}

function requireCells(row: PurchaseRow, plan: PurchasePlan, values: Record<string, unknown>): void {
  const headingOf = (key: string) => plan.columns.find((column) => column.key === key)?.heading;
  const missing = Object.keys(values)
    .filter((key) => values[key] === undefined)
    .map(headingOf);
  const named = customerColumns.map(headingOf).filter((heading) => heading !== undefined);
  if (row.customer.length === 0 && !row.errors.some((error) => named.includes(error.column))) missing.push(named[0]);
  for (const heading of missing)
    if (!row.errors.some((error) => error.column === heading))
      row.errors.push({ column: heading ?? '', value: '', code: 'input.required', params: {} });
}

const short = (text: string): Checked<string> =>
  [...text].length > 200 ? bad('input.tooLong', { maximum: 200 }) : good(text);

function dayOf(text: string, { today, timeZone }: PurchasePlan): Checked<string> {
  const day = parseDay(text, timeZone);
  if (!day.ok) return day;
  if (day.value > today) return bad('purchase.future');
  return day.value < '1900-01-01' ? bad('purchase.tooOld') : day;
}

/** `USD`, `美元`, `$`: read like the unit of an amount. */
function currencyOf(text: string, fallback: string): Checked<string> {
  const money = parseMoney(`1${text.toUpperCase()}`, fallback);
  return money.ok ? good(money.value.currency) : bad('money.currency');
}

/** Sums a spreadsheet computed carry a tail of binary fractions: 0.30000000000000004. */
function amountText(cell: Cell, text: string, currency: string): string {
  if (typeof cell !== 'number') return text;
  const factor = 10 ** minorDigits(currency);
  const whole = Math.round(cell * factor);
  return Math.abs(cell * factor - whole) < 1e-6 * Math.max(1, Math.abs(cell))
    ? (whole / factor).toFixed(minorDigits(currency))
    : text;
}

/** The ways a cell may name a customer; a column said to hold a number or address must hold a right one. */
function keysOf(column: string, text: string, country: string): Checked<CustomerKey[]> {
  const keys = (values: FieldValues) =>
    identityKeys({ object: 'customer', id: '', customerId: '', kind: 'company', values }).map(
      ({ kind, key }): CustomerKey => ({ way: kind === 'name' ? 'alike' : kind, key }),
    );
  const uscc = () => {
    const checked = checkUscc(text);
    return checked.ok ? good(keys({ uscc: checked.value })) : checked;
  };
  const points = (field: 'phones' | 'emails', code: string): Checked<CustomerKey[]> => {
    const checked = field === 'phones' ? checkPhones(text, country) : checkPoints(text, 'email');
    const found = checked.ok ? keys({ [field]: checked.value }) : [];
    return found.length > 0 ? good(found) : bad(code);
  };
  if (column === 'purchase.number') return good([{ way: 'number', key: text }]);
  if (column === 'purchase.uscc') return uscc();
  if (column === 'purchase.phone') return points('phones', 'phone.invalid');
  if (column === 'purchase.email') return points('emails', 'email.format');
  // A column simply called "customer": whatever it holds.
  const code = uscc();
  const phone = text.replace(/\D/g, '').length >= 5 ? points('phones', '') : bad('');
  const mail = text.includes('@') ? points('emails', '') : bad('');
  const either = [code, phone, mail].flatMap((checked) => (checked.ok ? checked.value : []));
  return good([{ way: 'number', key: text }, ...either, { way: 'name', key: text }, ...keys({ name: text })]);
}

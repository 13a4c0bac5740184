import { sql } from 'kysely';
import { checkContextOf } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import {
  type DuplicateMode,
  type ImportTarget,
  type Outcome,
  registerImportTarget,
  type SkippedRow,
  type TargetColumn,
} from '#platform/sheets/target.ts';
import { companyTerms } from './facts.ts';
import { resolveCustomers } from './purchase-customers.ts';
import { type PurchasePlan, type PurchaseRow, parsePurchase } from './purchase-row.ts';
import { writePurchases } from './write-purchases.ts';

const source = 'import';

/** Column, labels, and further headings people use. */
const table: [key: string, zh: string, en: string, ...headings: string[]][] = [
  [
    'customer',
    '客户',
    'Customer',
    '客户名称',
    '客户公司名称',
    '公司名称',
    '单位名称',
    '公司',
    '购货单位',
    '买方',
    'buyer',
    'company',
    'company name',
    'account',
  ],
  [
    'number',
    '客户编号',
    'Customer number',
    '客户编码',
    '客户代码',
    '编号',
    'customer no',
    'customer code',
    'customer id',
  ],
  ['uscc', '统一社会信用代码', 'Unified social credit code', '信用代码', '税号', 'uscc', 'tax id'],
  ['phone', '电话', 'Phone', '手机', '手机号', '联系电话', 'tel', 'mobile', 'phone number'],
  ['email', '邮箱', 'Email', '电子邮箱', 'e-mail', 'mail'],
  [
    'day',
    '日期',
    'Day',
    '采购日期',
    '购买日期',
    '下单日期',
    '订单日期',
    '成交日期',
    '销售日期',
    '消费日期',
    'date',
    'order date',
    'purchase date',
    'invoice date',
  ],
  [
    'amount',
    '金额',
    'Amount',
    '采购金额',
    '购买金额',
    '订单金额',
    '成交金额',
    '销售额',
    '消费金额',
    '合计',
    '总额',
    'total',
    'sum',
    'order amount',
    'sales',
  ],
  ['currency', '币种', 'Currency', '货币', '币别', 'ccy'],
  [
    'product',
    '产品',
    'Product',
    '商品',
    '品名',
    '产品名称',
    '商品名称',
    '项目',
    '服务项目',
    'item',
    'goods',
    'description',
  ],
  [
    'externalKey',
    '单号',
    'Document number',
    '订单号',
    '订单编号',
    '单据编号',
    '流水号',
    '合同号',
    '发票号',
    'order no',
    'order number',
    'invoice no',
    'reference',
  ],
];
const columns: TargetColumn[] = table.map(([key, zh, en]) => ({
  key: `purchase.${key}`,
  label: { zh, en },
  group: 'purchase',
}));
const naming = ['purchase.customer', 'purchase.number', 'purchase.uscc', 'purchase.phone', 'purchase.email'];

/** Purchases of known rows, by what makes them the same: their number, or customer, day, amount, currency and product. */
async function knownRows(context: Context, rows: { row: PurchaseRow; customerId: string }[], batchId: string) {
  const wanted = rows.map(({ row, customerId }, at) => ({
    ...{ at, customer_id: customerId, day: row.day, amount_minor: row.amountMinor, currency: row.currency },
    ...{ product: row.product, external_key: row.externalKey ?? null },
  }));
  const found = await sql<{ at: number; customer_id: string; state: string }>`
    select w.at, p.customer_id, p.state from json_to_recordset(${JSON.stringify(wanted)}::json)
      as w(at integer, customer_id uuid, day date, amount_minor bigint, currency text, product text, external_key text)
    cross join lateral (
      select p.customer_id, p.state from purchase p where p.org_id = ${context.orgId} and p.source = ${source}
        and p.external_key = w.external_key
      union all
      select p.customer_id, p.state from purchase p where w.external_key is null and p.org_id = ${context.orgId}
        and p.customer_id = w.customer_id and p.day = w.day and p.state = 'active' and p.amount_minor = w.amount_minor
        and p.currency = w.currency and p.product is not distinct from w.product and p.batch_id is distinct from ${batchId}::uuid
      limit 1) p`.execute(context.tx);
  return new Map(found.rows.map((item) => [item.at, item]));
}

interface Batch {
  mode: DuplicateMode;
  batchId: string;
  currency: string;
  headings: { customer: string; number: string };
  outcome: Outcome;
}

/** Writes the rows whose number no earlier of them has, and returns the others for another round. */
async function writeRound(context: Context, rows: { row: PurchaseRow; customerId: string }[], batch: Batch) {
  const { mode, batchId, outcome } = batch;
  const seen = new Set<string>();
  const now = rows.filter(({ row: { externalKey } }) => {
    if (!externalKey) return true;
    const first = !seen.has(externalKey);
    seen.add(externalKey);
    return first;
  });
  const known = await knownRows(context, now, batchId);
  const writing: typeof now = [];
  const skip = (row: PurchaseRow, reason: SkippedRow['reason'], customerId: string) =>
    outcome.skipped.push({
      row: row.row,
      label: row.label,
      reason,
      because: row.externalKey ? 'number' : null,
      customerId,
    });
  for (const [index, item] of now.entries()) {
    const before = known.get(index);
    const numbered = item.row.externalKey !== undefined;
    if (!before || (!numbered && mode === 'create')) writing.push(item);
    else if (before.customer_id !== item.customerId || (numbered && mode === 'create')) {
      const code = mode === 'create' ? 'purchase.known' : 'purchase.otherCustomer';
      const error = {
        column: batch.headings.number,
        value: item.row.externalKey ?? '',
        code,
        params: { row: item.row.row },
      };
      outcome.failed.push({ row: item.row, errors: [error] });
    } else if (mode === 'update' && numbered && before.state === 'active') writing.push(item);
    else skip(item.row, 'known', item.customerId);
  }
  const input = writing.map(({ row, customerId }) => ({
    ...{ customerId, index: row.row, day: row.day, amountMinor: row.amountMinor, currency: row.currency },
    ...{ product: row.product, ...(row.externalKey ? { externalKey: row.externalKey } : {}) },
  }));
  const written = await writePurchases(context, input, { source, currency: batch.currency, batchId });
  outcome.created += written.created;
  outcome.updated += written.updated;
  const same = new Set(written.unchangedIndexes);
  for (const { row, customerId } of writing) if (same.has(row.row)) skip(row, 'same', customerId);
  const left = new Set(now);
  return rows.filter((item) => !left.has(item));
}

/** Purchases as something sheets can be imported into. */
const purchaseTarget: ImportTarget<PurchaseRow> = {
  key: 'purchase',
  order: 20,
  permission: 'purchase:create',
  modes: ['skip', 'update', 'create'],
  columns: async () => columns,
  headings: async () =>
    table.flatMap(([key, ...texts]) => texts.map((text): [string, string] => [text, `purchase.${key}`])),
  lacking(mapped) {
    if (!naming.some((key) => mapped.includes(key))) return 'import.customerColumn';
    return mapped.includes('purchase.day') && mapped.includes('purchase.amount') ? null : 'import.purchaseColumns';
  },
  check: async () => {},
  async start(context, options, headings) {
    const { currency, today } = await companyTerms(context);
    const mapped = Object.entries(options.mapping).map(([index, key]) => ({
      ...{ index: Number(index), key, heading: headings.get(Number(index)) ?? '' },
    }));
    const plan: PurchasePlan = { ...(await checkContextOf(context)), columns: mapped, currency, today };
    const headingOf = (keys: string[]) => mapped.find((column) => keys.includes(column.key))?.heading ?? '';
    return {
      parse: (cells, row) => parsePurchase(plan, cells, row),
      async write(tx, rows, batchId) {
        const outcome: Outcome = { created: 0, updated: 0, skipped: [], failed: [] };
        const named = { customer: headingOf(naming), number: headingOf(['purchase.externalKey']) };
        const customers = await resolveCustomers(tx, rows, named.customer);
        const batch = { mode: options.duplicates, batchId, currency, headings: named, outcome };
        let rest = rows.flatMap((row) => {
          const customerId = customers.get(row);
          return customerId && row.errors.length === 0 ? [{ row, customerId }] : [];
        });
        while (rest.length > 0) rest = await writeRound(tx, rest, batch);
        for (const row of rows) if (row.errors.length > 0) outcome.failed.push({ row, errors: row.errors });
        return outcome;
      },
    };
  },
};

registerImportTarget(purchaseTarget);

/** Child process that parses one sheet file: a hostile file can end this process, not the server. */
import { enableCompileCache, flushCompileCache } from 'node:module';
import type { Lang } from '#shared/languages.ts';
import type { Cell } from './cells.ts';
import type { OpenFile, OpenSheet } from './rows.ts';

enableCompileCache();
const { limits, SheetError } = await import('./cells.ts');
const { openFile } = await import('./rows.ts');

interface Order {
  path: string;
  password?: string;
  lang?: Lang;
  batch: number;
  maxRows: number;
  /** Name of the sheet; the first without. */
  sheet?: string;
  /** The first rows of every sheet, instead of the rows of one. */
  everySheet: boolean;
  /** The number of the last filled row is told before the first rows. */
  total: boolean;
}

let proceed: () => void = () => {};

/** Sends rows and waits until the server has worked them off. */
async function deliver(rows: Cell[][], first: number, sheet: string): Promise<void> {
  const taken = new Promise<void>((resolve) => {
    proceed = resolve;
  });
  process.send?.({ rows, first, sheet });
  await taken;
}

async function read(order: Order): Promise<number> {
  const file = await openFile(order.path, order.password, order.lang);
  // What was compiled is kept for the next file: this process is not left the time to end by itself.
  flushCompileCache();
  if (order.everySheet) return readHeads(file, order);
  const { lastRow, rows } = file.sheet(order.sheet);
  if (order.total) {
    const last = (await lastRow?.()) ?? (await filledRows(file.sheet(order.sheet).rows, order.maxRows));
    process.send?.({ total: last });
  }
  return pump(rows, order, order.sheet ?? '');
}

/** A sheet that cannot be read is left out as long as there are others. */
async function readHeads(file: OpenFile, order: Order): Promise<number> {
  let count = 0;
  let refused: unknown;
  for (const name of file.names.slice(0, limits.sheets)) {
    try {
      count += await pump(file.sheet(name).rows, order, name);
    } catch (error) {
      refused = error;
    }
  }
  if (count === 0 && refused) throw refused;
  return count;
}

/** Number of the last filled row of a sheet that must be read for it. */
async function filledRows(rows: OpenSheet['rows'], maxRows: number): Promise<number> {
  let count = 0;
  let filled = 0;
  for await (const row of rows) {
    count += 1;
    if (row.some((cell) => cell !== null)) filled = count;
    if (count >= maxRows) break;
  }
  return filled;
}

async function pump(source: OpenSheet['rows'], order: Order, sheet: string): Promise<number> {
  let rows: Cell[][] = [];
  let count = 0;
  for await (const row of source) {
    if (row.length > limits.columns && row.slice(limits.columns).some((cell) => cell !== null))
      throw new SheetError('sheet.tooManyColumns');
    count += 1;
    rows.push(row.slice(0, limits.columns));
    if (rows.length >= order.batch) {
      await deliver(rows, count - rows.length + 1, sheet);
      rows = [];
    }
    if (count >= order.maxRows) break;
  }
  if (rows.length > 0) await deliver(rows, count - rows.length + 1, sheet);
  return count;
}

process.on('message', (message: { order?: Order; taken?: true }) => {
  if (message.taken) return proceed();
  if (!message.order) return;
  read(message.order)
    .then((count) => process.send?.({ count }))
    .catch((error: unknown) => process.send?.({ failed: error instanceof SheetError ? error.code : 'sheet.broken' }))
    .finally(() => process.disconnect());
});
process.on('disconnect', () => process.exit(0));

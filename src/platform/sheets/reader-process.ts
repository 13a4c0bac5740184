/** Child process that parses one sheet file: a hostile file can end this process, not the server. */
import { enableCompileCache, flushCompileCache } from 'node:module';
import type { Cell } from './cells.ts';

enableCompileCache();
const { limits, SheetError } = await import('./cells.ts');
const { openSheet } = await import('./rows.ts');

interface Order {
  path: string;
  password?: string;
  batch: number;
  maxRows: number;
  /** The number of the last filled row is told before the first rows. */
  total: boolean;
}

let proceed: () => void = () => {};

/** Sends rows and waits until the server has worked them off. */
async function deliver(rows: Cell[][], first: number): Promise<void> {
  const taken = new Promise<void>((resolve) => {
    proceed = resolve;
  });
  process.send?.({ rows, first });
  await taken;
}

async function read(order: Order): Promise<number> {
  const sheet = await openSheet(order.path, order.password);
  // What was compiled is kept for the next file: this process is not left the time to end by itself.
  flushCompileCache();
  if (order.total) process.send?.({ total: (await sheet.lastRow?.()) ?? (await filledRows(order)) });
  return pump(sheet.rows, order);
}

/** Number of the last filled row of a file that must be read for it. */
async function filledRows(order: Order): Promise<number> {
  let count = 0;
  let filled = 0;
  for await (const row of (await openSheet(order.path, order.password)).rows) {
    count += 1;
    if (row.some((cell) => cell !== null)) filled = count;
    if (count >= order.maxRows) break;
  }
  return filled;
}

async function pump(source: AsyncIterable<Cell[]> | Iterable<Cell[]>, order: Order): Promise<number> {
  let rows: Cell[][] = [];
  let count = 0;
  for await (const row of source) {
    if (row.length > limits.columns && row.slice(limits.columns).some((cell) => cell !== null))
      throw new SheetError('sheet.tooManyColumns');
    count += 1;
    rows.push(row.slice(0, limits.columns));
    if (rows.length >= order.batch) {
      await deliver(rows, count - rows.length + 1);
      rows = [];
    }
    if (count >= order.maxRows) break;
  }
  if (rows.length > 0) await deliver(rows, count - rows.length + 1);
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

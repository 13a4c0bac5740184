/** Child process that parses one sheet file: a hostile file can end this process, not the server. */
import { type Cell, limits, SheetError } from './cells.ts';
import { openSheet } from './rows.ts';

interface Order {
  path: string;
  password?: string;
  batch: number;
  maxRows: number;
  /** Only the number of the last filled row is wanted. */
  count: boolean;
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
  const counted = order.count ? await sheet.lastRow?.() : undefined;
  return counted ?? pump(sheet.rows, order);
}

async function pump(source: AsyncIterable<Cell[]> | Iterable<Cell[]>, order: Order): Promise<number> {
  let rows: Cell[][] = [];
  let count = 0;
  let filled = 0;
  for await (const row of source) {
    if (row.length > limits.columns && row.slice(limits.columns).some((cell) => cell !== null))
      throw new SheetError('sheet.tooManyColumns');
    count += 1;
    if (order.count) {
      if (row.some((cell) => cell !== null)) filled = count;
      continue;
    }
    rows.push(row.slice(0, limits.columns));
    if (rows.length >= order.batch) {
      await deliver(rows, count - rows.length + 1);
      rows = [];
    }
    if (count >= order.maxRows) break;
  }
  if (rows.length > 0) await deliver(rows, count - rows.length + 1);
  return order.count ? filled : count;
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

import { sql } from 'kysely';
import { Problem } from '#shared/errors.ts';
import type { Context } from '../context.ts';

/** Work that may fail without taking the open transaction with it: what it wrote until then is taken back. */
export async function inSavepoint<T>(context: Pick<Context, 'tx'>, work: () => Promise<T>): Promise<T> {
  await sql`savepoint step`.execute(context.tx);
  try {
    const result = await work();
    await sql`release savepoint step`.execute(context.tx);
    return result;
  } catch (error) {
    await sql`rollback to savepoint step`.execute(context.tx);
    throw error;
  }
}

/**
 * Writes many at once; when one of them is refused, in halves, so that a bad one costs a few tries and not one statement for each.
 * `refuse` hears of those that cannot be written.
 */
export async function writeOrRefuse<T>(
  context: Pick<Context, 'tx'>,
  items: T[],
  write: (items: T[]) => Promise<void>,
  refuse: (item: T, problem: Problem) => void,
): Promise<void> {
  const [first] = items;
  if (!first) return;
  try {
    await inSavepoint(context, () => write(items));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (items.length === 1) return refuse(first, error);
    const middle = Math.ceil(items.length / 2);
    await writeOrRefuse(context, items.slice(0, middle), write, refuse);
    await writeOrRefuse(context, items.slice(middle), write, refuse);
  }
}

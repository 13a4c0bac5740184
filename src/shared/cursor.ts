import { parseDay } from './dates/day.ts';
import { badRequest } from './errors.ts';
import { isId } from './ids.ts';

/** The cursor of a list in the order of its ids; throws 400 `cursor.invalid` when it is none. */
export function idCursor(cursor: string): string {
  if (!isId(cursor)) throw badRequest('cursor.invalid', { field: 'cursor' });
  return cursor;
}

interface Rows<Row> {
  page: Row[];
  nextCursor: string | null;
}

/** The page in rows that were read to one more than its limit, and the cursor of the next: the last row's id unless told. */
export function pageOfRows<Row extends { id: string }>(rows: Row[], limit: number): Rows<Row>;
export function pageOfRows<Row>(rows: Row[], limit: number, cursor: (last: Row) => string): Rows<Row>;
export function pageOfRows(
  rows: { id: string }[],
  limit: number,
  cursor = (last: { id: string }) => last.id,
): Rows<{ id: string }> {
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return { page, nextCursor: last ? cursor(last) : null };
}

/** What a part of a cursor can be, where a list is ordered by more than the id. */
export const cursorPart = {
  id: isId,
  day: (text: string) => /^\d{4}-\d{2}-\d{2}$/.test(text) && parseDay(text, 'UTC').ok,
  instant: (text: string) => /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text) && !Number.isNaN(Date.parse(text)),
  /** Fits a `bigint` of the database. */
  count: (text: string) => /^\d{1,18}$/.test(text),
  number: (text: string) => /^-?\d{1,10}(\.\d{1,20})?$/.test(text),
  text: (text: string) => !text.includes('\0'),
  oneOf:
    (...words: string[]) =>
    (text: string) =>
      words.includes(text),
};

/** The cursor of a list ordered by several values. */
export const cursorOf = (...parts: (string | number | bigint)[]): string =>
  Buffer.from(parts.join('\n')).toString('base64url');

/** The parts of `cursorOf`; throws 400 `cursor.invalid` unless each is what it must be. */
export function cursorParts<Shapes extends ((text: string) => boolean)[]>(
  cursor: string,
  ...shapes: Shapes
): { [Part in keyof Shapes]: string } {
  const parts = Buffer.from(cursor, 'base64url').toString().split('\n');
  if (parts.length !== shapes.length || !shapes.every((fits, index) => fits(parts[index] ?? '')))
    throw badRequest('cursor.invalid', { field: 'cursor' });
  return parts as { [Part in keyof Shapes]: string };
}

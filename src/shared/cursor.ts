import { badRequest } from './errors.ts';
import { isId } from './ids.ts';

/** Throws 400 `cursor.invalid` when a page goes on after something that is no id. */
export function checkIdCursor(cursor: string | undefined): void {
  if (cursor !== undefined && !isId(cursor)) throw badRequest('cursor.invalid', { field: 'cursor' });
}

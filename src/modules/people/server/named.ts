import { type RawBuilder, sql } from 'kysely';

const like = (text: string) => text.replace(/[\\%_]/g, '\\$&');

/** Whether a user's name is what somebody types: a part of it, of its pinyin (with or without spaces), or its initials. */
export function named(q: string): RawBuilder<boolean> {
  const joined = q.replace(/\s+/g, '');
  return sql<boolean>`(name ilike ${`%${like(q)}%`} or replace(name_sort, ' ', '') ilike ${`%${like(joined)}%`}
    or regexp_replace(name_sort, '(\\S)\\S*\\s*', '\\1', 'g') ilike ${`${like(joined)}%`})`;
}

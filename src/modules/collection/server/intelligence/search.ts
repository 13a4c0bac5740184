import { type RawBuilder, sql } from 'kysely';
import { queryTokens, type SearchParts, searchHaystack, searchTokens } from '#platform/search/tokens.ts';

const none = { names: [], text: [], phones: [], codes: [], emails: [] } satisfies SearchParts;
/** A record has so many tokens at most; a long report is indexed piece by piece. */
const pieceLength = 100;

/** Whole words and sentences together, as many as fit; a run without an end overlaps by a character. */
function pieces(text: string): string[] {
  const found: string[] = [];
  let open = '';
  for (const part of text.split(/(?<=[\s，。；、：！？,.;:!?])/)) {
    if (open.length + part.length > pieceLength) {
      found.push(open);
      open = '';
    }
    if (part.length > pieceLength)
      for (let at = 0; at < part.length; at += pieceLength) found.push(part.slice(at, at + pieceLength + 1));
    else open += part;
  }
  return [...found, open].filter((piece) => piece.trim() !== '');
}

/** What a note is found by. */
export function searchColumns(note: { item: string; subject_name: string; content: string }) {
  const names = [note.item, note.subject_name];
  const tokens = new Set(searchTokens({ ...none, names }));
  for (const piece of pieces(note.content))
    for (const token of searchTokens({ ...none, text: [piece] })) tokens.add(token);
  return { search_tokens: [...tokens], search_text: searchHaystack({ ...none, names, text: [note.content] }) };
}

/** Condition that a note holds the words, by substring, pinyin or initials. */
export function matchesWords(q: string): RawBuilder<boolean> {
  const { alternatives, recheck } = queryTokens(q);
  const pattern = `%${q.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
  const unread = sql<boolean>`(search_tokens is null and (item ilike ${pattern} or subject_name ilike ${pattern} or content ilike ${pattern}))`;
  if (alternatives.length === 0) return unread;
  const some = sql.join(
    alternatives.map(({ tokens }) => sql`search_tokens @> ${tokens}::text[]`),
    sql` or `,
  );
  return sql<boolean>`((${some}) and not exists (
    select 1 from unnest(${recheck}::text[]) word where position(word in search_text) = 0) or ${unread})`;
}

import { type RawBuilder, sql } from 'kysely';
import type { Context } from '../context.ts';
import { queryTokens } from './tokens.ts';

/** Hits up to which all are read to show the newest; beyond, the newest of that many. */
const orderedHits = 1000;
/** Hits up to which a query is answered from the index; beyond, the newest records are looked through. */
const fewHits = 8000;
/** Kinds of record that are searched; the newest of each are looked through. */
const kinds = ['customer', 'contact'];
/** Frequency taken for a token the statistics do not know: rarer than all they know. */
const rare = 1e-5;
/** Entries of a token's list that are read in the time one record is fetched and looked at. */
const entriesPerRecord = 200;
const renewMs = 10 * 60_000;

interface Frequencies {
  readAt: number;
  documents: number;
  of: Map<string, number>;
}
/** By company: one process may serve more than one database. */
const frequencies = new Map<string, Frequencies>();

/** How common each token is, from the database's own statistics; read again every ten minutes. */
async function readFrequencies(context: Context): Promise<Frequencies> {
  const known = frequencies.get(context.orgId);
  if (known && Date.now() - known.readAt < renewMs) return known;
  const counted = await sql<{ documents: number }>`
    select greatest(reltuples, 0)::bigint as documents from pg_class where oid = 'search_document'::regclass`.execute(
    context.tx,
  );
  const rows = await sql<{ token: string; frequency: number }>`
    select token, frequency from search_token_frequencies()`.execute(context.tx);
  const read = {
    readAt: Date.now(),
    documents: counted.rows[0]?.documents ?? 0,
    of: new Map(rows.rows.map((row) => [row.token, row.frequency])),
  };
  frequencies.set(context.orgId, read);
  return read;
}

/** One reading of the query (a word may be Latin text, pinyin or initials) and how to look it up. */
interface Reading {
  /** The rarest tokens, as many as narrow the hits enough; the recheck confirms the rest. */
  tokens: string[];
  /** Share of all records expected to match. */
  share: number;
  /** Words the text must contain besides: none where the tokens prove them. */
  recheck: string[];
}

export interface SearchPlan {
  readings: Reading[];
  documents: number;
  /** Whether so many records match that looking all of them up would be slow. */
  common: boolean;
  /** Whether the first look already reads every match. */
  whole: boolean;
}

/** How to look a query up; undefined when it asks for nothing. */
export async function planSearch(context: Context, query: string): Promise<SearchPlan | undefined> {
  const { alternatives, recheck } = queryTokens(query);
  if (alternatives.length === 0) return undefined;
  const { of, documents } = await readFrequencies(context);
  const readings = alternatives.map(({ tokens, proof }): Reading => {
    const known = tokens.map((token) => ({ token, frequency: of.get(token) ?? rare }));
    known.sort((a, b) => a.frequency - b.frequency);
    const chosen: string[] = [];
    let share = 1;
    for (const { token, frequency } of known) {
      // Neighbouring pieces go together far more often than chance has it: each further one is taken to narrow less.
      const narrowed = share * frequency ** (1 / 2 ** chosen.length);
      // A long list is not read for the few records it takes away.
      if (chosen.length > 0 && frequency > (share - narrowed) * entriesPerRecord) break;
      chosen.push(token);
      share = narrowed;
    }
    const proven = proof && chosen.length === known.length;
    return { tokens: chosen, share: Math.max(share, 1e-9), recheck: proven ? [] : recheck };
  });
  const share = readings.reduce((sum, reading) => sum + reading.share, 0);
  const whole = readings.every((reading) => reading.share * documents <= orderedHits);
  return { readings, documents, common: share * documents > fewHits, whole };
}

/** Matching records before permissions, newest first within each reading, as a table expression. */
function matches(plan: SearchPlan, limit: number, depth: 'newest' | 'deeper' | 'all'): RawBuilder<unknown> {
  const parts = plan.readings.map((reading) => {
    const tokens = sql`${reading.tokens}::text[], ${reading.recheck}::text[]`;
    const hits = depth === 'all' ? 0 : reading.share * plan.documents;
    const records = sql`select kind, record_id, customer_id, title from`;
    if (hits <= orderedHits) return sql`${records} search_candidates(${tokens}, ${limit})`;
    if (hits <= fewHits) return sql`${records} search_some(${tokens}, ${orderedHits}, ${limit})`;
    // Enough of the newest that a page is found among them in all likelihood.
    const wanted = Math.ceil((limit * 1.3) / reading.share) + 100;
    const scan = Math.min(20_000, depth === 'deeper' ? wanted * 20 : wanted);
    return sql`${records} search_newest(${kinds}::text[], ${tokens}, ${scan}, ${limit})`;
  });
  return sql`(${sql.join(parts, sql` union `)})`;
}

/**
 * The newest matches the caller may see. `join` turns the candidates (alias `candidates`) into what is selected; it must
 * restrict them to what may be seen. A query so common that the caller's records are not among the newest is answered by
 * looking through the caller's own records instead: nothing visible is missing because others have more of it.
 */
export async function searchHits<T>(
  context: Context,
  plan: SearchPlan,
  limit: number,
  everything: boolean,
  join: (candidates: RawBuilder<unknown>) => RawBuilder<T>,
): Promise<T[]> {
  const found = async (depth: 'newest' | 'deeper' | 'all') =>
    (await join(matches(plan, everything ? limit * 2 : limit * 8, depth)).execute(context.tx)).rows;
  const first = await found('newest');
  if (first.length >= limit) return first;
  if (everything) {
    if (plan.whole) return first;
    // The newest were of another sort (a batch without such values): look further back, and only then at everything.
    const deeper = plan.common ? await found('deeper') : first;
    return deeper.length >= limit ? deeper : found('all');
  }
  return (await join(scopedMatches(context, plan)).execute(context.tx)).rows;
}

/** All records of the company as candidates, confirmed by text: joined to few visible customers it is an index look-up each. */
function scopedMatches(context: Context, plan: SearchPlan): RawBuilder<unknown> {
  return sql`(select d.kind, d.record_id, d.customer_id, d.title from search_document d
    where d.org_id = ${context.orgId}::uuid and ${matching(plan, 'd')})`;
}

const matching = (plan: SearchPlan, table: string) =>
  sql<boolean>`(${sql.join(
    plan.readings.map(
      (reading) => sql`(${sql.ref(`${table}.tokens`)} @> ${reading.tokens}::text[] and not exists
        (select 1 from unnest(${reading.recheck}::text[]) r where position(r in ${sql.ref(`${table}.haystack`)}) = 0))`,
    ),
    sql` or `,
  )})`;

/**
 * Condition that a row matches the search text, for lists. Few matches: their ids, all of them. Many: each row is asked
 * whether it matches, while the list walks in its own order.
 * @param column the row's id column; `kind` restricts to records of one kind, else any record of the customer counts
 */
export async function searchCondition(
  context: Context,
  query: string,
  column: RawBuilder<unknown>,
  kind: string | null,
): Promise<{ condition: RawBuilder<boolean>; common: boolean }> {
  const plan = await planSearch(context, query);
  if (!plan) return { condition: sql<boolean>`false`, common: false };
  const own = kind ? sql.ref('d.record_id') : sql.ref('d.customer_id');
  if (!plan.common) {
    const cap = fewHits * 4;
    const found = await sql<{ id: string; all: number }>`
      select distinct ${kind ? sql.ref('record_id') : sql.ref('customer_id')} as id, count(*) over () as all
      from ${matches(plan, cap, 'all')} hits ${kind ? sql`where kind = ${kind}` : sql``}`.execute(context.tx);
    if ((found.rows[0]?.all ?? 0) < cap) {
      return { condition: sql<boolean>`${column} = any(${found.rows.map((row) => row.id)}::uuid[])`, common: false };
    }
  }
  const which = kind ? sql`d.kind = ${kind} and` : sql``;
  const condition = sql<boolean>`exists (select 1 from search_document d
    where d.org_id = ${context.orgId}::uuid and ${which} ${own} = ${column} and ${matching(plan, 'd')})`;
  return { condition, common: true };
}

import { sql } from 'kysely';
import type { Tx } from './database.ts';

/** Waits until no other transaction holds the same turn, and holds it to the end of this one: of two at once, the second sees what the first did. */
export async function waitTurn(tx: Tx, what: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${what}, 0))`.execute(tx);
}

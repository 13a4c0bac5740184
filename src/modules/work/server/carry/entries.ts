import { sql } from 'kysely';
import { visible } from '#platform/access/visible.ts';
import type { Context } from '#platform/context.ts';
import type { Vault } from '#platform/crypto/index.ts';
import { recordEvent } from '#platform/events/index.ts';
import type { FileStore } from '#platform/files/store.ts';
import { fromZod } from '#platform/http/problem.ts';
import { requireVersion } from '#platform/http/version.ts';
import type { Translator } from '#platform/i18n/index.ts';
import { iso } from '#platform/time.ts';
import { badRequest, conflict, notFound, Problem } from '#shared/errors.ts';
import { carriedEntry, type EntryView } from '../../carry-contract.ts';
import { unseal } from '../../carry-seal.ts';
import { createActivity } from '../activities.ts';
import { createCapture } from '../captures.ts';
import { entryKeyUse } from './take.ts';

export interface EntryDependencies {
  vault: Vault;
  files: FileStore;
  translate: Translator;
}

/** A device's clock this much off counts as right. */
const tolerated = 120_000;

const select = (context: Context) =>
  context.tx
    .selectFrom('carry_entry')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('user_id', '=', context.actor.userId);
type Row = Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirstOrThrow']>>;

interface Refusal {
  code: string;
  params: Record<string, string | number>;
  errors: { field: string; code: string; params?: Record<string, string | number> }[];
}

async function views(context: Context, deps: EntryDependencies, rows: Row[]): Promise<EntryView[]> {
  const bodies = rows.map((row) => (row.content as { body?: { customerId?: string } } | null)?.body);
  const ids = bodies.flatMap((body) => (body?.customerId ? [body.customerId] : []));
  const names = new Map<string, string>();
  if (ids.length > 0) {
    const found = await sql<{ id: string; name: string }>`select id, name from customer where org_id = ${context.orgId}
      and id = any(${ids}::uuid[]) and ${visible(context.actor, 'customer:read', 'customer')}`.execute(context.tx);
    for (const row of found.rows) names.set(row.id, row.name);
  }
  return rows.map((row, index) => {
    const problem = row.problem as Refusal | null;
    const say = (code: string, params?: Record<string, string | number>) =>
      deps.translate(context.lang, `errors.${code}`, params ?? {});
    // The photo stays out: it is large, and the list is for reading.
    const { photo: _, ...content } = (bodies[index] ?? {}) as Record<string, unknown>;
    return {
      id: row.id,
      version: row.version,
      kind: row.kind as EntryView['kind'],
      state: row.state as EntryView['state'],
      content: row.content ? content : null,
      customerName: names.get(bodies[index]?.customerId ?? '') ?? null,
      problem: problem
        ? [
            say(problem.code, problem.params),
            ...(problem.errors ?? []).map((error) => say(error.code, error.params)),
          ].join(' ')
        : null,
      receivedAt: iso(row.received_at),
    };
  });
}

async function one(context: Context, deps: EntryDependencies, id: string): Promise<EntryView> {
  const row = await select(context).where('id', '=', id).executeTakeFirst();
  const [view] = row ? await views(context, deps, [row]) : [];
  if (!view) throw notFound('entry');
  return view;
}

/** Does what the entry says in a savepoint; a refusal is returned, so that what was recorded can be kept with it. */
async function apply(
  context: Context,
  deps: EntryDependencies,
  entry: ReturnType<typeof carriedEntry.parse>,
): Promise<Refusal | null> {
  await sql`savepoint carried_entry`.execute(context.tx);
  try {
    if (entry.kind === 'activity') await createActivity(context, { ...entry.body, source: 'carry' });
    else await createCapture(context, deps.files, entry.body);
    await sql`release savepoint carried_entry`.execute(context.tx);
    return null;
  } catch (error) {
    if (!(error instanceof Problem) || error.status >= 500) throw error;
    await sql`rollback to savepoint carried_entry`.execute(context.tx);
    return { code: error.code, params: error.params, errors: error.errors };
  }
}

/** Moves the times of an entry by as much as the device's clock was off. */
function atServerTime(entry: ReturnType<typeof carriedEntry.parse>, skew: number): typeof entry {
  if (Math.abs(skew) < tolerated) return entry;
  const moved = (at: string) => new Date(Date.parse(at) + skew).toISOString();
  return entry.kind === 'activity'
    ? { ...entry, body: { ...entry.body, happenedAt: moved(entry.body.happenedAt) } }
    : { ...entry, body: { ...entry.body, capturedAt: moved(entry.body.capturedAt) } };
}

/** Takes in what a device recorded. The entry's id is its key for ever: sent again, even months later, it counts once. */
export async function sendEntry(
  context: Context,
  deps: EntryDependencies,
  carryId: string,
  id: string,
  input: { sealed: string; deviceNow: string },
): Promise<EntryView> {
  const carry = await context.tx
    .selectFrom('carry')
    .select(['id', 'entry_key'])
    .where('org_id', '=', context.orgId)
    .where('id', '=', carryId)
    .where('user_id', '=', context.actor.userId)
    .forUpdate()
    .executeTakeFirst();
  if (!carry) throw notFound('carry');
  const before = await select(context).where('id', '=', id).executeTakeFirst();
  if (before) return one(context, deps, id);
  const secret = deps.vault.decrypt(context.orgId, entryKeyUse, carry.entry_key);
  const clear = await unseal(new Uint8Array(secret), id, input.sealed).catch(() => {
    throw badRequest('carry.damaged', { field: 'sealed' });
  });
  const parsed = carriedEntry.safeParse(clear);
  // Not a thing our own pages record: nothing a person typed is lost by refusing it.
  if (!parsed.success) throw fromZod(parsed.error, 'body');
  const entry = atServerTime(parsed.data, context.now().getTime() - Date.parse(input.deviceNow));
  const problem = await apply(context, deps, entry);
  const taken = await context.tx
    .insertInto('carry_entry')
    .values({
      org_id: context.orgId,
      id,
      carry_id: carryId,
      user_id: context.actor.userId,
      kind: entry.kind,
      state: problem ? 'refused' : 'applied',
      content: problem ? JSON.stringify(entry) : null,
      problem: problem ? JSON.stringify(problem) : null,
      received_at: context.now(),
    })
    .onConflict((conflicting) => conflicting.doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!taken) throw conflict('request.retry');
  return one(context, deps, id);
}

export async function refusedEntries(context: Context, deps: EntryDependencies) {
  const rows = await select(context).where('state', '=', 'refused').orderBy('id').limit(200).execute();
  return { items: await views(context, deps, rows) };
}

async function openRefused(context: Context, deps: EntryDependencies, id: string): Promise<Row> {
  const row = await select(context).where('id', '=', id).forUpdate().executeTakeFirst();
  if (!row) throw notFound('entry');
  const current = await one(context, deps, id);
  requireVersion(context, row.version, () => current);
  if (row.state !== 'refused') throw conflict('carry.entryDone');
  return row;
}

async function settle(context: Context, id: string, state: 'applied' | 'discarded'): Promise<void> {
  await context.tx
    .updateTable('carry_entry')
    .set({ state, content: null, problem: null, version: sql`version + 1` })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .execute();
}

export async function retryEntry(
  context: Context,
  deps: EntryDependencies,
  id: string,
  customerId: string | undefined,
): Promise<EntryView> {
  const row = await openRefused(context, deps, id);
  const entry = carriedEntry.parse(row.content);
  if (entry.kind === 'activity' && customerId && customerId !== entry.body.customerId) {
    // People of the first customer are no people of the other.
    entry.body = { ...entry.body, customerId, contactIds: [] };
    if (entry.body.nextStep) entry.body.nextStep = { ...entry.body.nextStep, contactId: null };
  }
  const problem = await apply(context, deps, entry);
  if (!problem) await settle(context, id, 'applied');
  else {
    await context.tx
      .updateTable('carry_entry')
      .set({ content: JSON.stringify(entry), problem: JSON.stringify(problem), version: sql`version + 1` })
      .where('org_id', '=', context.orgId)
      .where('id', '=', id)
      .execute();
  }
  return one(context, deps, id);
}

export async function discardEntry(context: Context, deps: EntryDependencies, id: string): Promise<EntryView> {
  const row = await openRefused(context, deps, id);
  await recordEvent(context, {
    kind: 'carry.entryDiscarded',
    subjectKind: 'carry',
    subjectId: row.carry_id,
    data: { entry: (row.content as { body?: Record<string, unknown> } | null)?.body?.subject ?? null },
  });
  await settle(context, id, 'discarded');
  return one(context, deps, id);
}

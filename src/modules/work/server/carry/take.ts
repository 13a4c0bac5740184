import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { viewContactsOf } from '#modules/contacts/index.ts';
import { type CustomerRow, loadCustomer, viewCard } from '#modules/customers/index.ts';
import { holds } from '#platform/access/actor.ts';
import { timeZoneOf } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { newToken, type Vault } from '#platform/crypto/index.ts';
import { insertMany } from '#platform/db/insert.ts';
import { logAccess, recordEvents } from '#platform/events/index.ts';
import { addDays, instantOf, localDay } from '#shared/dates/zoned.ts';
import { conflict, notFound } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import type { CarriedCard } from '../../carry-contract.ts';
import { newSealingKey } from '../../carry-seal.ts';
import { listActivities } from '../activity-views.ts';
import { listTasks } from '../task-views.ts';
import { carryView } from './views.ts';

const lastActivities = 10;
const openTasks = 20;
export const entryKeyUse = 'carry';

async function lockedCarry(context: Context, id: string) {
  return context.tx
    .selectFrom('carry')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
}

/** One after the other for one person: two devices cannot both take the last card. */
async function lockCarrier(context: Context): Promise<void> {
  await context.tx
    .selectFrom('app_user')
    .select('id')
    .where('org_id', '=', context.orgId)
    .where('id', '=', context.actor.userId)
    .forUpdate()
    .executeTakeFirst();
}

async function cardOf(context: Context, id: string, row: CustomerRow): Promise<CarriedCard> {
  const query = { customerId: row.id };
  return {
    id,
    customer: await viewCard(context, row),
    contacts: await viewContactsOf(context, row.id),
    activities: (await listActivities(context, { ...query, limit: lastActivities })).items,
    tasks: holds(context.actor, 'task:read')
      ? (await listTasks(context, { ...query, limit: openTasks, state: 'open' })).items
      : [],
  };
}

interface Carry {
  id: string;
  device: string;
  day: string;
  due_at: Date;
}

/** Adds customers to a carry within the limit; those already out in it come again. Every card is logged as taken. */
async function addCards(context: Context, carry: Carry, customerIds: string[]): Promise<CarriedCard[]> {
  const wanted = [...new Set(customerIds)];
  const rows: CustomerRow[] = [];
  for (const id of wanted) {
    const row = await loadCustomer(context, id, 'customer:read');
    if (row.state !== 'active') throw conflict('customer.trashed');
    rows.push(row);
  }
  const out = await context.tx
    .selectFrom('day_card')
    .select(['id', 'carry_id', 'customer_id'])
    .where('org_id', '=', context.orgId)
    .where('user_id', '=', context.actor.userId)
    .where('state', '=', 'out')
    .execute();
  const present = new Map(out.filter((card) => card.carry_id === carry.id).map((card) => [card.customer_id, card.id]));
  const added = rows.filter((row) => !present.has(row.id));
  const limit = context.actor.carryLimit;
  if (out.length + added.length > limit)
    throw conflict('carry.tooMany', { field: 'customerIds', params: { limit, out: out.length } });
  const cards = added.map((row) => ({ row, id: newId() }));
  const common = { org_id: context.orgId, carry_id: carry.id, user_id: context.actor.userId, device: carry.device };
  await insertMany(
    context.tx,
    'day_card',
    cards.map(({ row, id }) => ({
      ...common,
      id,
      customer_id: row.id,
      day: carry.day,
      taken_at: context.now(),
      due_at: carry.due_at,
    })),
  );
  await recordEvents(
    context,
    cards.map(({ row, id }) => ({
      kind: 'carry.taken',
      subjectKind: 'carry',
      subjectId: carry.id,
      customerId: row.id,
      data: { device: carry.device, cardId: id },
    })),
  );
  for (const { row, id } of cards) present.set(row.id, id);
  const result: CarriedCard[] = [];
  for (const row of rows) {
    await logAccess(context, {
      action: 'download',
      subjectKind: 'customer',
      subjectId: row.id,
      customerId: row.id,
      detail: { carry: carry.id, device: carry.device },
    });
    result.push(await cardOf(context, present.get(row.id) ?? '', row));
  }
  return result;
}

/** Takes customers' cards along until the end of the company's day. The same id again is the same carry with a new credential. */
export async function takeCards(
  context: Context,
  vault: Vault,
  id: string,
  input: { device: string; customerIds: string[] },
) {
  await lockCarrier(context);
  const now = context.now();
  const zone = await timeZoneOf(context);
  const day = localDay(now, zone);
  const { token, hash } = newToken('kdc', context.orgId);
  const before = await lockedCarry(context, id);
  if (before && before.user_id !== context.actor.userId) throw notFound('carry');
  if (before && (before.ended_at || before.due_at <= now)) throw conflict('carry.ended');
  const pair = await newSealingKey();
  const entryKey = vault.encrypt(context.orgId, entryKeyUse, Buffer.from(pair.secret));
  const dueAt = before?.due_at ?? instantOf(addDays(day, 1), zone);
  await sql`
    insert into carry (org_id, id, user_id, device, day, taken_at, due_at, token_hash, entry_key)
    values (${context.orgId}, ${id}, ${context.actor.userId}, ${input.device}, ${day}, ${now}, ${dueAt}, ${hash}, ${entryKey})
    on conflict (org_id, id) do update set token_hash = excluded.token_hash, entry_key = excluded.entry_key, version = carry.version + 1`.execute(
    context.tx,
  );
  const cards = await addCards(context, { id, device: input.device, day, due_at: dueAt }, input.customerIds);
  return {
    carry: await carryView(context, id),
    half: randomBytes(32).toString('base64'),
    token,
    entryKey: pair.open,
    cards,
  };
}

export async function takeMoreCards(context: Context, id: string, customerIds: string[]) {
  await lockCarrier(context);
  const carry = await lockedCarry(context, id);
  if (!carry || carry.user_id !== context.actor.userId) throw notFound('carry');
  if (carry.ended_at || carry.due_at <= context.now()) throw conflict('carry.ended');
  return { cards: await addCards(context, carry, customerIds) };
}

import { sql } from 'kysely';
import { loadActor } from '#modules/people/index.ts';
import { type Actor, holds, systemActor } from '#platform/access/actor.ts';
import { visible } from '#platform/access/visible.ts';
import type { Context } from '#platform/context.ts';
import { tokenHash, tokenOrg } from '#platform/crypto/index.ts';
import { inPublicContext, type PublicContext } from '#platform/http/route.ts';
import { iso } from '#platform/time.ts';
import { Problem } from '#shared/errors.ts';
import { returnWhere } from './return.ts';

/**
 * Answers a device which of its cards it may still hold: none after the day, of a blocked person, or of a token nobody knows (410);
 * not those returned meanwhile, nor those whose customer the person may no longer see. It works without a session, which ends
 * long before the day does.
 */
export async function carryStatus(request: PublicContext, input: { token: string; wiped: boolean }) {
  const orgId = tokenOrg('kdc', input.token);
  if (!orgId) throw new Problem(410, 'carry.unknownDevice');
  return inPublicContext(request, systemActor(orgId, []), async (context) => {
    const { tx } = context;
    const carry = await tx
      .selectFrom('carry')
      .selectAll()
      .where('org_id', '=', orgId)
      .where('token_hash', '=', tokenHash(input.token))
      .forUpdate()
      .executeTakeFirst();
    if (!carry) throw new Problem(410, 'carry.unknownDevice');
    await endWhatMustEnd(context, carry, await loadActor(tx, orgId, carry.user_id, 'user', null));
    const held = await tx
      .selectFrom('day_card')
      .select('id')
      .where('org_id', '=', orgId)
      .where('carry_id', '=', carry.id)
      .where('state', '=', 'out')
      .execute();
    // A device that has lost its cards holds none: what it took is back.
    if (input.wiped && held.length > 0) await returnWhere(context, sql`d.carry_id = ${carry.id}`, 'device');
    await tx
      .updateTable('carry')
      .set({ seen_at: context.now(), ...(input.wiped ? { wiped_at: sql`coalesce(wiped_at, ${context.now()})` } : {}) })
      .where('org_id', '=', orgId)
      .where('id', '=', carry.id)
      .execute();
    const cardIds = input.wiped ? [] : held.map((card) => card.id);
    return {
      state: cardIds.length > 0 ? ('out' as const) : ('ended' as const),
      now: iso(context.now()),
      dueAt: iso(carry.due_at),
      cardIds,
    };
  });
}

async function endWhatMustEnd(
  context: Context,
  carry: { id: string; due_at: Date },
  carrier: Actor | undefined,
): Promise<void> {
  const mine = sql`d.carry_id = ${carry.id}`;
  if (!carrier || !holds(carrier, 'carry:take')) await returnWhere(context, mine, 'blocked');
  else if (carry.due_at <= context.now()) await returnWhere(context, mine, 'dayEnd');
  else {
    const unseen = sql`${mine} and not exists (select 1 from customer where customer.org_id = d.org_id and customer.id = d.customer_id
      and customer.state = 'active' and coalesce(${visible(carrier, 'customer:read', 'customer')}, false))`;
    await returnWhere(context, unseen, 'access');
  }
}

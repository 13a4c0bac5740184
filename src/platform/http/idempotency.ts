import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '#shared/errors.ts';
import type { Context } from '../context.ts';
import { prepared } from '../db/database.ts';

/**
 * Runs a create at most once per `Idempotency-Key` and caller in 24 hours; a repeat gets the first answer again.
 * The key is written in the transaction of the work: a second request waits on the row until the first commits or fails.
 */
export async function withIdempotency<T>(
  context: Context,
  request: FastifyRequest,
  reply: FastifyReply,
  work: () => Promise<T>,
): Promise<T> {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return work();
  if (typeof key !== 'string' || !/^[\x21-\x7e]{1,200}$/.test(key)) {
    throw new Problem(400, 'idempotency.malformed', { field: 'Idempotency-Key' });
  }
  const requestHash = createHash('sha256')
    .update(`${request.method} ${request.url}\n${JSON.stringify(request.body ?? null)}`)
    .digest('hex');
  const identity = { org_id: context.orgId, actor_id: context.actor.userId, key };
  await context.tx
    .deleteFrom('idempotency_key')
    .where('org_id', '=', context.orgId)
    .where('actor_id', '=', context.actor.userId)
    .where('key', '=', key)
    .where('created_at', '<', new Date(context.now().getTime() - 24 * 3600 * 1000))
    .modifyEnd(prepared)
    .execute();
  const mine = await context.tx
    .insertInto('idempotency_key')
    .values({ ...identity, request_hash: requestHash })
    .onConflict((conflict) => conflict.doNothing())
    .returning('key')
    .modifyEnd(prepared)
    .executeTakeFirst();
  if (!mine) {
    const first = await context.tx
      .selectFrom('idempotency_key')
      .selectAll()
      .where('org_id', '=', context.orgId)
      .where('actor_id', '=', context.actor.userId)
      .where('key', '=', key)
      .executeTakeFirst();
    if (!first) throw new Problem(409, 'request.retry');
    if (first.request_hash !== requestHash)
      throw new Problem(422, 'idempotency.mismatch', { field: 'Idempotency-Key' });
    reply.header('idempotent-replayed', 'true');
    return first.response as T;
  }
  const result = await work();
  await context.tx
    .updateTable('idempotency_key')
    .set({ response: JSON.stringify(result ?? null) })
    .where('org_id', '=', context.orgId)
    .where('actor_id', '=', context.actor.userId)
    .where('key', '=', key)
    .modifyEnd(prepared)
    .execute();
  return result;
}

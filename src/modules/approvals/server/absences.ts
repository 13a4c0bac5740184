import { sql } from 'kysely';
import { companyToday } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';

/** Who is away today, and who stands in: user → delegate, or null for nobody. */
export type Absences = Map<string, string | null>;

export async function absencesToday(context: Context): Promise<Absences> {
  const day = await companyToday(context);
  const rows = await context.tx
    .selectFrom('approval_delegation')
    .leftJoin('app_user', (join) =>
      join
        .onRef('app_user.org_id', '=', 'approval_delegation.org_id')
        .onRef('app_user.id', '=', 'approval_delegation.delegate_id'),
    )
    .select(['user_id', 'delegate_id', 'app_user.state as state'])
    .where('approval_delegation.org_id', '=', context.orgId)
    .where('cancelled_at', 'is', null)
    .where('from_day', '<=', day)
    .where('to_day', '>=', day)
    .limit(5000)
    .execute();
  return new Map(rows.map((row) => [row.user_id, row.state === 'active' ? row.delegate_id : null]));
}

/** Who decides today in a person's place: the person, the last stand-in of the chain, or nobody. */
export function presentFor(absences: Absences, userId: string): string | null {
  const seen = new Set<string>();
  let present: string | null = userId;
  while (present !== null && absences.has(present)) {
    if (seen.has(present)) return null;
    seen.add(present);
    present = absences.get(present) ?? null;
  }
  return present;
}

/** Everybody for whom a user may decide today, directly or along a chain of stand-ins. */
export function principalsOf(absences: Absences, userId: string): string[] {
  const found = new Set<string>();
  const waiting = [userId];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const [absent, delegate] of absences) {
      if (delegate !== next || absent === userId || found.has(absent)) continue;
      found.add(absent);
      waiting.push(absent);
    }
  }
  return [...found];
}

/** As whom the caller may decide: as oneself, and for those who are away. */
export interface Acting {
  userId: string;
  people: { userId: string; permissions: Set<string> }[];
}

export async function actingNow(context: Context): Promise<Acting> {
  const { actor } = context;
  const principals = principalsOf(await absencesToday(context), actor.userId);
  const own = { userId: actor.userId, permissions: new Set(Object.keys(actor.grants)) };
  if (principals.length === 0) return { userId: actor.userId, people: [own] };
  const found = await sql<{ user_id: string; permissions: string[] }>`
    select u.id as user_id, array(
      select distinct held.key from user_role ur join role r on r.org_id = ur.org_id and r.id = ur.role_id, jsonb_object_keys(r.grants) held(key)
      where ur.org_id = u.org_id and ur.user_id = u.id) as permissions
    from app_user u where u.org_id = ${context.orgId} and u.id = any(${principals}::uuid[]) and u.state = 'active'`.execute(
    context.tx,
  );
  return {
    userId: actor.userId,
    people: [own, ...found.rows.map((row) => ({ userId: row.user_id, permissions: new Set(row.permissions) }))],
  };
}

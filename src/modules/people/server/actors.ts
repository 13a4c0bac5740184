import type { FastifyRequest } from 'fastify';
import { sql } from 'kysely';
import type { Actor, Lang } from '#platform/access/actor.ts';
import { tokenHash, tokenOrg } from '#platform/crypto/index.ts';
import type { Database, Tx } from '#platform/db/database.ts';
import { type Grants, type Scope, widerScope } from '#shared/access.ts';
import { Problem } from '#shared/errors.ts';
import { type Sensitivity, sensitivities } from '#shared/fields.ts';
import { idleMinutes } from './session-limits.ts';

/** Sessions and rights are re-read after this long at the latest, so a block or a new password counts within a second. */
const cacheMs = 900;

interface Cached {
  orgId: string;
  /** The reading itself is kept, so that simultaneous requests of one caller share it. */
  actor: Promise<Actor | undefined>;
  readAt: number;
}
const cache = new Map<string, Cached>();

/** Forgets what is cached of a company after a change of its people, so that this process obeys at once. */
export function forgetActors(orgId: string): void {
  for (const [key, cached] of cache) if (cached.orgId === orgId) cache.delete(key);
}

export const cookieName = (secure: boolean) => (secure ? '__Host-kedang_session' : 'kedang_session');

/** Finds the caller by session cookie or bearer token; null when the request brings neither. */
export function createAuthenticator(db: Database, secure: boolean) {
  return async (request: FastifyRequest): Promise<Actor | null> => {
    const bearer = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    const token = bearer ?? request.cookies[cookieName(secure)];
    if (!token) return null;
    if (!bearer) requireSameOrigin(request);
    const orgId = tokenOrg(bearer ? 'kdt' : 'kds', token);
    if (!orgId) throw new Problem(401, 'session.ended');
    const hash = tokenHash(token);
    const key = hash.toString('base64');
    let cached = cache.get(key);
    if (!cached || Date.now() - cached.readAt >= cacheMs) {
      if (cache.size > 10_000) cache.clear();
      const read = bearer ? tokenActor : sessionActor;
      cached = {
        orgId,
        actor: db.inOrg(orgId, (tx) => read(tx, orgId, hash), { relaxed: true }),
        readAt: Date.now(),
      };
      cache.set(key, cached);
    }
    const actor = await cached.actor.catch((error: unknown) => {
      cache.delete(key);
      throw error;
    });
    if (actor) return actor;
    cache.delete(key);
    throw new Problem(401, 'session.ended');
  };
}

/** A cookie travels by itself: a changing request must come from our own pages. */
function requireSameOrigin(request: FastifyRequest): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const site = request.headers['sec-fetch-site'];
  const origin = request.headers.origin;
  if (site ? site === 'same-origin' || site === 'none' : !origin || URL.parse(origin)?.host === request.headers.host)
    return;
  throw new Problem(403, 'request.crossSite');
}

// "Last seen" is written once a minute: precise enough for the idle limit, and reading does not become writing.
async function sessionActor(tx: Tx, orgId: string, hash: Buffer): Promise<Actor | undefined> {
  const result = await sql<{ id: string; user_id: string }>`
    with found as (
      select s.id, s.user_id, s.last_seen_at from session s join org o on o.org_id = s.org_id
      where s.org_id = ${orgId} and s.token_hash = ${hash} and s.stage = 'full' and s.expires_at > now()
        and s.last_seen_at > now() - make_interval(mins => ${idleMinutes('o.settings')})
    ), seen as (
      update session set last_seen_at = now() from found
      where session.org_id = ${orgId} and session.id = found.id and found.last_seen_at < now() - interval '1 minute')
    select id, user_id from found`.execute(tx);
  const found = result.rows[0];
  return found ? loadActor(tx, orgId, found.user_id, 'user', found.id) : undefined;
}

async function tokenActor(tx: Tx, orgId: string, hash: Buffer): Promise<Actor | undefined> {
  const result = await sql<{ id: string; user_id: string; scopes: string[] }>`
    with found as (
      select id, user_id, scopes, last_used_at from api_token
      where org_id = ${orgId} and token_hash = ${hash} and revoked_at is null and (expires_at is null or expires_at > now())
    ), used as (
      update api_token set last_used_at = now() from found where api_token.org_id = ${orgId} and api_token.id = found.id
        and (found.last_used_at is null or found.last_used_at < now() - interval '1 minute'))
    select id, user_id, scopes from found`.execute(tx);
  const found = result.rows[0];
  if (!found) return undefined;
  const actor = await loadActor(tx, orgId, found.user_id, 'token', found.id);
  if (!actor?.grants['token:use']) return undefined;
  if (!found.scopes.includes('*')) {
    actor.grants = Object.fromEntries(Object.entries(actor.grants).filter(([key]) => found.scopes.includes(key)));
  }
  return actor;
}

interface RoleRights {
  grants: Grants;
  clearance: Sensitivity;
  section_clearance: Record<string, Sensitivity>;
  export_limit: number | null;
}

/** A user's rights: roles united, teams and regions with everything below them. Undefined when blocked or gone. */
export async function loadActor(
  tx: Tx,
  orgId: string,
  userId: string,
  kind: 'user' | 'token',
  credentialId: string | null,
): Promise<Actor | undefined> {
  const result = await sql<{
    name: string;
    lang: string;
    team_id: string | null;
    dictionary_version: number;
    roles: RoleRights[];
    team_ids: string[];
    region_ids: string[];
  }>`
    select u.name, u.lang, u.team_id, o.dictionary_version,
      coalesce((select jsonb_agg(jsonb_build_object('grants', r.grants, 'clearance', r.clearance,
          'section_clearance', r.section_clearance, 'export_limit', r.export_limit))
        from user_role ur join role r on r.org_id = ur.org_id and r.id = ur.role_id
        where ur.org_id = u.org_id and ur.user_id = u.id), '[]') as roles,
      array(select t.id from team t where t.org_id = u.org_id and u.team_id = any(t.path)) as team_ids,
      array(select s.id from sales_region s where s.org_id = u.org_id and s.path && u.region_ids) as region_ids
    from app_user u join org o on o.org_id = u.org_id
    where u.org_id = ${orgId} and u.id = ${userId} and u.state = 'active'`.execute(tx);
  const row = result.rows[0];
  if (!row) return undefined;
  return {
    kind,
    orgId,
    userId,
    name: row.name,
    lang: row.lang as Lang,
    credentialId,
    ...unite(row.roles),
    teamIds: row.team_ids,
    regionIds: row.region_ids,
    teamId: row.team_id,
    dictionaryVersion: row.dictionary_version,
  };
}

/** Several roles add up: the widest scope of each permission, the highest clearance, the largest export limit. */
export function unite(roles: RoleRights[]): Pick<Actor, 'grants' | 'clearance' | 'sectionClearance' | 'exportLimit'> {
  const grants: Record<string, Scope> = {};
  for (const role of roles) {
    for (const [key, scope] of Object.entries(role.grants)) if (scope) grants[key] = widerScope(grants[key], scope);
  }
  // A role that says nothing of a section counts there with its general clearance.
  const sections = new Set(roles.flatMap((role) => Object.keys(role.section_clearance)));
  const limits = roles.map((role) => role.export_limit);
  return {
    grants,
    clearance: highest(roles.map((role) => role.clearance)),
    sectionClearance: Object.fromEntries(
      [...sections].map((section) => [
        section,
        highest(roles.map((role) => role.section_clearance[section] ?? role.clearance)),
      ]),
    ),
    exportLimit: limits.includes(null) ? null : Math.max(0, ...limits.map(Number)),
  };
}

const highest = (levels: Sensitivity[]): Sensitivity =>
  sensitivities[Math.max(0, ...levels.map((level) => sensitivities.indexOf(level)))] ?? 'open';

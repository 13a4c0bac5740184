import type { FastifyRequest } from 'fastify';
import { sql } from 'kysely';
import type { Actor } from '#platform/access/actor.ts';
import { tokenHash, tokenOrg } from '#platform/crypto/index.ts';
import type { Database, Tx } from '#platform/db/database.ts';
import { Problem } from '#shared/errors.ts';
import type { Lang } from '#shared/languages.ts';
import { type RoleRights, uniteRoles } from './rights.ts';

/** Sessions and rights are re-read after this long at the latest, so a block or a new password counts within a second. */
const cacheMs = 900;
/** [C] OWASP/NIST defaults: a session ends after 12 h, or after 30 min without use. */
export const sessionHours = 12;
const idleMinutes = 30;

interface Cached {
  actor: Actor;
  readAt: number;
}
const cache = new Map<string, Cached>();

/** Forgets what is cached of a company after a change of its people, so that this process obeys at once. */
export function forgetActors(orgId: string): void {
  for (const [key, cached] of cache) if (cached.actor.orgId === orgId) cache.delete(key);
}

export const cookieName = (secure: boolean) => (secure ? '__Host-kedang_session' : 'kedang_session');

/** The credential a request brings: a bearer token before the session cookie. */
function credentialOf(request: FastifyRequest, secure: boolean) {
  const bearer = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const token = bearer ?? request.cookies[cookieName(secure)];
  return token ? { token, bearer: bearer !== undefined, hash: tokenHash(token) } : undefined;
}

/** Finds the caller by session cookie or bearer token; null when the request brings neither. */
export function createAuthenticator(db: Database, secure: boolean) {
  return {
    async authenticate(request: FastifyRequest): Promise<Actor | null> {
      const credential = credentialOf(request, secure);
      if (!credential) return null;
      const { token, bearer, hash } = credential;
      if (!bearer) requireSameOrigin(request);
      const refused = new Problem(401, bearer ? 'token.invalid' : 'session.ended');
      const orgId = tokenOrg(bearer ? 'kdt' : 'kds', token);
      if (!orgId) throw refused;
      const key = hash.toString('base64');
      const cached = cache.get(key);
      if (cached && Date.now() - cached.readAt < cacheMs) return cached.actor;
      const actor = await db.inOrg(
        orgId,
        (tx) => (bearer ? tokenActor(tx, orgId, hash) : sessionActor(tx, orgId, hash)),
        { relaxed: true },
      );
      if (!actor) {
        cache.delete(key);
        throw refused;
      }
      if (cache.size > 10_000) cache.clear();
      cache.set(key, { actor, readAt: Date.now() });
      return actor;
    },
    /** Who is counted by a limit: somebody known, whose credential was good when last seen. */
    callerKey(request: FastifyRequest): string | undefined {
      const key = credentialOf(request, secure)?.hash.toString('base64');
      return key && cache.has(key) ? key : undefined;
    },
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

async function sessionActor(tx: Tx, orgId: string, hash: Buffer): Promise<Actor | undefined> {
  const result = await sql<{ id: string; user_id: string }>`
    update session set last_seen_at = now() where org_id = ${orgId} and token_hash = ${hash} and stage = 'full'
      and expires_at > now() and last_seen_at > now() - make_interval(mins => ${idleMinutes})
    returning id, user_id`.execute(tx);
  const found = result.rows[0];
  return found ? loadActor(tx, orgId, found.user_id, 'user', found.id) : undefined;
}

async function tokenActor(tx: Tx, orgId: string, hash: Buffer): Promise<Actor | undefined> {
  const result = await sql<{ id: string; user_id: string; scopes: string[] }>`
    update api_token set last_used_at = now() where org_id = ${orgId} and token_hash = ${hash} and revoked_at is null
      and (expires_at is null or expires_at > now()) returning id, user_id, scopes`.execute(tx);
  const found = result.rows[0];
  if (!found) return undefined;
  const actor = await loadActor(tx, orgId, found.user_id, 'token', found.id);
  if (!actor?.grants['token:use']) return undefined;
  if (!found.scopes.includes('*')) {
    actor.grants = Object.fromEntries(Object.entries(actor.grants).filter(([key]) => found.scopes.includes(key)));
  }
  return actor;
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
    pools: string[];
    hiding_pools: string[];
    shared_read: string[];
    shared_write: string[];
  }>`
    select u.name, u.lang, u.team_id, o.dictionary_version,
      coalesce((select jsonb_agg(jsonb_build_object('grants', r.grants, 'clearance', r.clearance,
          'section_clearance', r.section_clearance, 'export_limit', r.export_limit,
          'carry_limit', r.carry_limit))
        from user_role ur join role r on r.org_id = ur.org_id and r.id = ur.role_id
        where ur.org_id = u.org_id and ur.user_id = u.id), '[]') as roles,
      array(select t.id from team t where t.org_id = u.org_id and u.team_id = any(t.path)) as team_ids,
      array(select s.id from sales_region s where s.org_id = u.org_id and s.path && u.region_ids) as region_ids,
      array(select p.id::text from pool p where p.org_id = u.org_id and p.state = 'active'
        and (p.team_ids = '{}' and p.role_ids = '{}'
          or exists (select 1 from team t where t.org_id = u.org_id and t.id = u.team_id and t.path && p.team_ids)
          or exists (select 1 from user_role ur where ur.org_id = u.org_id and ur.user_id = u.id and ur.role_id = any(p.role_ids)))
      ) as pools,
      array(select p.id::text from pool p where p.org_id = u.org_id and p.state = 'active' and p.hide_contacts) as hiding_pools,
      array(select c.customer_id from collaborator c where c.org_id = u.org_id and c.user_id = u.id) as shared_read,
      array(select c.customer_id from collaborator c where c.org_id = u.org_id and c.user_id = u.id and c.access = 'write')
        as shared_write
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
    ...uniteRoles(row.roles),
    teamIds: row.team_ids,
    regionIds: row.region_ids,
    teamId: row.team_id,
    dictionaryVersion: row.dictionary_version,
    pools: row.pools,
    hidingPools: row.hiding_pools,
    shared: { read: row.shared_read, write: row.shared_write },
  };
}

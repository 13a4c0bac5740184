import { createHmac } from 'node:crypto';
import { sql } from 'kysely';
import { Problem } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import { systemActor } from '../access/actor.ts';
import type { Context } from '../context.ts';
import { tokenHash, tokenOrg, type Vault } from '../crypto/index.ts';
import { inPublicContext, type PublicContext } from '../http/route.ts';

export interface NewLink {
  /** What the link is for: `form`, `minutes`, `material` …; a token opens nothing of another purpose. */
  purpose: string;
  subjectId: string;
  customerId?: string | null;
  contactId?: string | null;
  data?: Record<string, unknown>;
  expiresAt?: Date | null;
  /** Closed by `spend`, so that a second answer is refused. */
  singleUse?: boolean;
}

export interface OpenedLink {
  id: string;
  subjectId: string;
  customerId: string | null;
  contactId: string | null;
  data: Record<string, unknown>;
  singleUse: boolean;
  usedCount: number;
}

/** Links for people without an account. One mechanism: forms, minutes, materials and refresh requests all use it. */
export interface Links {
  /** Makes a link in the caller's transaction; the token goes into the address that is sent. */
  create(context: Context, link: NewLink): Promise<{ id: string; token: string }>;
  /** The token of a link again, for somebody who may send it. */
  tokenOf(orgId: string, linkId: string): string;
  revoke(context: Context, linkId: string): Promise<void>;
  /**
   * Runs `work` in a transaction of the link's company, as a caller without any permission (events carry `visitor` as author).
   * Throws 404 `link.gone` for an unknown, revoked, expired or spent token alike: an outsider learns nothing from the answer.
   */
  open<T>(
    request: PublicContext,
    token: string,
    purpose: string,
    work: (context: Context, link: OpenedLink) => Promise<T>,
    /** `spent`: also opens what was used up, ran out or was revoked, for wishes that hold beyond it. */
    options?: { spent?: boolean },
  ): Promise<T>;
  /** Whether a single-use link was spent: told only to who holds its token, so that "answered already" can be said. */
  spent(request: PublicContext, token: string, purpose: string): Promise<boolean>;
  /** Counts a use; of a single-use link only the first succeeds, however many arrive at once. */
  spend(context: Context, link: OpenedLink): Promise<void>;
}

export function createLinks(vault: Vault): Links {
  // Derived, not random: whoever may send a link can be shown it again, though only its hash is stored.
  const tokenOf = (orgId: string, id: string) =>
    `kdl_${orgId.replaceAll('-', '')}_${createHmac('sha256', vault.key(`${orgId}:links`))
      .update(id)
      .digest('base64url')}`;
  return {
    tokenOf,
    async create(context, link) {
      const id = newId();
      const token = tokenOf(context.orgId, id);
      await context.tx
        .insertInto('public_link')
        .values({
          org_id: context.orgId,
          id,
          token_hash: tokenHash(token),
          purpose: link.purpose,
          subject_id: link.subjectId,
          customer_id: link.customerId ?? null,
          contact_id: link.contactId ?? null,
          data: JSON.stringify(link.data ?? {}),
          single_use: link.singleUse ?? false,
          expires_at: link.expiresAt ?? null,
          created_by: context.actor.kind === 'system' ? null : context.actor.userId,
        })
        .execute();
      return { id, token };
    },
    async revoke(context, linkId) {
      await context.tx
        .updateTable('public_link')
        .set({ revoked_at: context.now() })
        .where('org_id', '=', context.orgId)
        .where('id', '=', linkId)
        .where('revoked_at', 'is', null)
        .execute();
    },
    async open(request, token, purpose, work, options = {}) {
      const orgId = tokenOrg('kdl', token);
      if (!orgId) throw new Problem(404, 'link.gone');
      const visitor = { ...systemActor(orgId, []), name: 'visitor', clearance: 'open' as const };
      return inPublicContext(request, visitor, async (context) => {
        const known = context.tx
          .selectFrom('public_link')
          .selectAll()
          .where('org_id', '=', orgId)
          .where('token_hash', '=', tokenHash(token))
          .where('purpose', '=', purpose);
        const valid = known
          .where('revoked_at', 'is', null)
          .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', context.now())]))
          .where((eb) => eb.or([eb('single_use', '=', false), eb('used_count', '=', 0)]));
        const row = await (options.spent ? known : valid).executeTakeFirst();
        if (!row) throw new Problem(404, 'link.gone');
        return work(context, {
          id: row.id,
          subjectId: row.subject_id,
          customerId: row.customer_id,
          contactId: row.contact_id,
          data: row.data as Record<string, unknown>,
          singleUse: row.single_use,
          usedCount: row.used_count,
        });
      });
    },
    async spent(request, token, purpose) {
      const orgId = tokenOrg('kdl', token);
      if (!orgId) return false;
      const row = await request.db.inOrg(orgId, (tx) =>
        tx
          .selectFrom('public_link')
          .select('id')
          .where('org_id', '=', orgId)
          .where('token_hash', '=', tokenHash(token))
          .where('purpose', '=', purpose)
          .where('single_use', '=', true)
          .where('used_count', '>', 0)
          .executeTakeFirst(),
      );
      return row !== undefined;
    },
    async spend(context, link) {
      const used = await context.tx
        .updateTable('public_link')
        .set({ used_count: sql`used_count + 1`, last_used_at: context.now() })
        .where('org_id', '=', context.orgId)
        .where('id', '=', link.id)
        .where((eb) => eb.or([eb('single_use', '=', false), eb('used_count', '=', 0)]))
        .returning('id')
        .executeTakeFirst();
      if (!used) throw new Problem(404, 'link.gone');
    },
  };
}

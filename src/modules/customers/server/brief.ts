import { holds } from '#platform/access/actor.ts';
import type { Context } from '#platform/context.ts';
import { logAccess } from '#platform/events/index.ts';
import { Problem } from '#shared/errors.ts';
import { loadSurvivor, viewCard } from './card.ts';

/** What a module adds to the brief of a customer. */
interface BriefPart {
  key: string;
  permission: string;
  /** Asked with a customer the caller may see; a refusal leaves the part out. */
  read(context: Context, customerId: string): Promise<unknown>;
}
const parts: BriefPart[] = [];
/** Set by each module that knows something worth reading before a visit; the web client shows it under the same key. */
export const registerBriefPart = (part: BriefPart): void => void parts.push(part);

export async function readBrief(context: Context, id: string) {
  const row = await loadSurvivor(context, id, 'customer:read');
  const found: Record<string, unknown> = {};
  for (const part of parts) {
    if (!holds(context.actor, part.permission)) continue;
    try {
      found[part.key] = await part.read(context, row.id);
    } catch (error) {
      if (!(error instanceof Problem) || (error.status !== 403 && error.status !== 404)) throw error;
    }
  }
  await logAccess(context, {
    action: 'view',
    subjectKind: 'customer',
    subjectId: row.id,
    customerId: row.id,
    detail: { part: 'brief', parts: Object.keys(found) },
  });
  return { card: await viewCard(context, row), parts: found };
}

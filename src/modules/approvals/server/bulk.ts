import type { StreamContext } from '#platform/http/route.ts';
import { Problem } from '#shared/errors.ts';
import type { ApprovalView } from '../contract.ts';
import { decideApproval } from './decide.ts';

interface Item {
  id: string;
  ok: boolean;
  state: ApprovalView['state'] | null;
  code: string | null;
}

/** Decides one after the other, each in a transaction of its own: one that cannot be decided holds up no other. */
export async function decideEach(
  stream: StreamContext,
  input: { decision: 'approve' | 'refuse'; comment: string; items: { id: string; version: number }[] },
): Promise<{ items: Item[] }> {
  const items: Item[] = [];
  for (const { id, version } of new Map(input.items.map((item) => [item.id, item])).values()) {
    try {
      const done = await stream.inTransaction((context) =>
        decideApproval({ ...context, ifMatch: version }, id, { decision: input.decision, comment: input.comment }),
      );
      items.push({ id, ok: true, state: done.state, code: null });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      items.push({ id, ok: false, state: null, code: error.code });
    }
  }
  return { items };
}

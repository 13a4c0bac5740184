import { type Outcome, registerApprovalSubject, requestApproval, type Snapshot } from '#modules/approvals/index.ts';
import { loadActor } from '#modules/people/index.ts';
import type { Context } from '#platform/context.ts';
import { inJobTransaction } from '#platform/jobs/runner.ts';
import { createLog } from '#platform/log.ts';
import { newId } from '#shared/ids.ts';
import { type Client, type Json, match, startTestApp, type TestApp } from './app.ts';

export const kind = 'trial';

/** What the module that owns the trial subject was told, what it says about its subjects now, and whether it fails. */
export const owner = {
  told: [] as { subjectId: string; outcome: Outcome }[],
  current: new Map<string, Snapshot | null>(),
  failing: false,
};

registerApprovalSubject({
  kind,
  permission: 'export:approve',
  fields: [
    { key: 'amount', type: 'number', label: { zh: '金额', en: 'Amount' } },
    { key: 'reason', type: 'text', label: { zh: '事由', en: 'Reason' } },
  ],
  async decided(_context, approval, outcome) {
    if (owner.failing) throw new Error('the module cannot');
    owner.told.push({ subjectId: approval.subjectId, outcome });
  },
  current: async (_context, id) => owner.current.get(id) ?? null,
});

export const outcomeOf = (subjectId: string): Outcome[] =>
  owner.told.filter((item) => item.subjectId === subjectId).map((item) => item.outcome);

export const step = (key: string, approver: Json, more: Json = {}): Json => ({ key, name: key, approver, ...more });
export const person = (...clients: Client[]): Json => ({ by: 'person', userIds: clients.map((item) => item.userId) });

/** A company with a head office, two teams below it, and somebody in each place. */
export async function startTrial() {
  const t: TestApp = await startTestApp();
  const team = async (name: string, parentId: string | null): Promise<string> =>
    (await t.admin.send('POST', '/teams', { name, parentId })).body.id;
  const top = await team('总部', null);
  const sales = await team('华东', top);
  const other = await team('华南', top);

  async function as<T>(client: Client, work: (context: Context) => Promise<T>): Promise<T> {
    const actor = await t.app.db.inOrg(t.orgId, (tx) => loadActor(tx, t.orgId, client.userId, 'user', null));
    if (!actor) throw new Error('blocked');
    return inJobTransaction(t.app.db, actor, newId(), createLog('silent'), work);
  }
  const detail = async (client: Client, id: string): Promise<Json> => (await client.get(`/approvals/${id}`)).body;

  return {
    t,
    sales,
    rep: await t.as('sales', { teamId: sales }),
    colleague: await t.as('sales', { teamId: sales }),
    supervisor: await t.as('supervisor', { teamId: sales }),
    stranger: await t.as('supervisor', { teamId: other }),
    leader: await t.as('leader', { teamId: top }),
    as,
    detail,
    /** A request of the trial kind; its subject is as submitted unless told. */
    async ask(client: Client, snapshot: Snapshot = { amount: 1, reason: 'x' }, customerId?: string) {
      const subjectId = newId();
      owner.current.set(subjectId, snapshot);
      const id = await as(client, (context) =>
        requestApproval(context, { kind, subjectId, title: '试验申请', snapshot, customerId }),
      );
      return { id, subjectId };
    },
    async decide(client: Client, id: string, decision: string, more: Json = {}) {
      const { version } = await detail(client, id);
      return client.send('POST', `/approvals/${id}/decision`, { decision, ...more }, match(version ?? 1));
    },
    /** Publishes a flow for the trial kind and takes it back afterwards. */
    async withFlow(steps: Json[], work: () => Promise<void>) {
      const made = await t.admin.send('POST', '/approval-flows', { subjectKind: kind, steps });
      const path = `/approval-flows/${made.body.id}/publication`;
      const published = await t.admin.send('POST', path, undefined, match(1));
      if (published.status !== 200) throw new Error(JSON.stringify([made.body, published.body]));
      try {
        await work();
      } finally {
        await t.admin.send('DELETE', path, undefined, match(2));
      }
    },
  };
}
export type Trial = Awaited<ReturnType<typeof startTrial>>;

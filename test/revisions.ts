import { expect } from 'vitest';
import type { Client, TestApp } from './app.ts';
import { companyDay } from './company-day.ts';

/** What tests of full revisions begin with. `app` is asked when a step runs. */
export const revisionSteps = (app: () => TestApp) => ({
  async make(name: string, ownerId?: string | null) {
    const made = await app().admin.send('POST', '/customers', {
      kind: 'company',
      values: { name },
      allowDuplicate: true,
      ...(ownerId === undefined ? {} : { ownerId }),
    });
    return made.body as { id: string; version: number };
  },
  async start(name: string, scope?: object) {
    const t = app();
    const made = await t.admin.send('POST', '/revisions', { name, dueOn: companyDay(20), ...(scope ? { scope } : {}) });
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    await t.drain();
    return (await t.admin.get(`/revisions/${made.body.id}`)).body;
  },
});
export const itemsOf = async (client: Client, id: string, query = '') =>
  (await client.get(`/revisions/${id}/items?limit=100${query}`)).body.items;
export const named = (text: string) => ({ field: 'name', op: 'contains', value: text });

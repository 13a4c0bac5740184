import { afterAll, beforeAll } from 'vitest';
import type { FieldDefinition } from '#shared/fields.ts';
import { type Json, startTestApp, type TestApp } from './app.ts';

export let t: TestApp;
/** The dictionary of customers. */
export let fields: FieldDefinition[];

/** The app of a test file about customers and their fields; call it once at the top. */
export function startWithCustomers(): void {
  beforeAll(async () => {
    t = await startTestApp();
    fields = (await t.admin.get('/fields')).body.fields.filter((field: Json) => field.object === 'customer');
  });
  afterAll(() => t.close());
}

export const create = (values: Json, more: Json = {}) =>
  t.admin.send('POST', '/customers', { kind: 'company', values, allowDuplicate: true, ...more });
export const list = (query: Record<string, string>) => t.admin.get(`/customers?${new URLSearchParams(query)}`);
export const namesOf = (answer: Json) => answer.body.items.map((item: Json) => item.values.name);

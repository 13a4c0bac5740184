import { expect } from 'vitest';
import type { Answer, Client, Json, TestApp } from './app.ts';

export const end = (kind: string, id: string) => ({ kind, id });

/** Makes the customers, people and relations a test needs. */
export function relater(app: () => TestApp) {
  let serial = 0;
  let types: Promise<Json[]> | undefined;
  const typeOf = async (key: string): Promise<Json> => {
    types ??= app()
      .admin.get('/relation-types')
      .then(({ body }) => body.items);
    return (await types).find((type) => type.key === key);
  };
  const customer = async (by: Client, name = `关系客户${++serial}有限公司`, more: Json = {}): Promise<string> => {
    const made = await by.send('POST', '/customers', {
      kind: 'company',
      values: { name, ...more.values },
      allowDuplicate: true,
      ...(more.kind ? { kind: more.kind } : {}),
    });
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    return made.body.id;
  };
  const person = async (by: Client, customerId: string, name: string): Promise<string> =>
    (await by.send('POST', '/contacts', { customerId, values: { name } })).body.id;
  const relate = async (by: Client, type: string, first: Json, second: Json, more: Json = {}): Promise<Answer> =>
    by.send('POST', '/relations', { typeId: (await typeOf(type))?.id, first, second, ...more });
  return { typeOf, customer, person, relate };
}

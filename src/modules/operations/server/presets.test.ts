import { expect, it } from 'vitest';
import { type Json, startTestApp } from '#test/app.ts';

it('of a salon begins a new customer as a person, and asks no company for its skin', async () => {
  const t = await startTestApp('beauty-salon');
  try {
    expect((await t.admin.get('/customers/creation')).body).toEqual({ way: 'direct', kind: 'individual' });
    const made = async (kind: string) =>
      (await t.admin.send('POST', '/customers', { kind, values: { name: '李梅', preferredTherapist: '小周' } })).body;
    expect((await made('individual')).values.preferredTherapist).toBe('小周');
    expect((await made('company')).errors).toMatchObject([
      { field: 'values.preferredTherapist', code: 'field.notForKind' },
    ] satisfies Json[]);
  } finally {
    await t.close();
  }
});

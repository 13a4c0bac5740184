import { expect, test } from 'vitest';
import { Problem } from '#shared/errors.ts';
import { oneIntention } from './intention.ts';

test('what was not answered is sent again under its key; another text, a refusal or an answer begins anew', async () => {
  const send = oneIntention();
  const keys: string[] = [];
  const sent = (what: string, status?: number) =>
    send({ what }, async (key) => {
      keys.push(key);
      if (status !== undefined) throw new Problem(status, 'test');
    }).catch(() => undefined);
  await sent('a', 0);
  await sent('a', 502);
  await sent('a', 422);
  await sent('a');
  await sent('a', 0);
  await sent('b', 0);
  await sent('b');
  await sent('b');
  expect(keys[1]).toBe(keys[0]);
  expect(keys[2]).toBe(keys[0]);
  expect(keys[6]).toBe(keys[5]);
  expect(new Set(keys).size).toBe(5);
});

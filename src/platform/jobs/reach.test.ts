import { expect, it } from 'vitest';
import { queueReach } from './reach.ts';

it('tells of an outage once, then once a minute, and of its end', () => {
  const told: string[] = [];
  let at = 0;
  const reach = queueReach(
    { warn: () => told.push(`lost ${at}`), info: () => told.push(`back ${at}`) } as never,
    () => at,
  );
  reach.reached();
  for (; at < 130_000; at += 400) reach.lost(new Error('gone'));
  reach.reached();
  reach.reached();
  reach.lost(new Error('gone again'));
  expect(told).toEqual(['lost 0', 'lost 60000', 'lost 120000', 'back 130000', 'lost 130000']);
});

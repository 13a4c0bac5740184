import { expect, it } from 'vitest';
import { complete, newLeaf } from './condition-tree.ts';

it('a span of days waits for its number when the unit was chosen first', () => {
  const leaf = (value: unknown) => complete(newLeaf({ field: 'foundedOn', op: 'withinLast', value }));
  expect([undefined, { unit: 'week' }, { count: 2, unit: 'week' }].map(leaf)).toEqual([false, false, true]);
});

import { expect, test } from 'vitest';
import { keepBoth } from './keep-both.ts';

test('what both added is in, what either took out is out', () => {
  expect(keepBoth(['a', 'b', 'c'], ['a', 'b', 'x'], ['a', 'c', 'y'])).toEqual(['a', 'x', 'y']);
  expect(keepBoth(null, ['x'], ['y'])).toEqual(['x', 'y']);
  expect(keepBoth(['a'], null, null)).toBeNull();
  expect(keepBoth(['a'], ['a', 'x'], null)).toEqual(['x']);
});

test('the same phone or email added by both stands once', () => {
  const theirs = [{ value: 'a@example.com', valid: true }];
  expect(keepBoth([], theirs, [{ value: 'A@example.com ' }, { value: 'b@example.com' }])).toEqual([
    ...theirs,
    { value: 'b@example.com' },
  ]);
});

test('a note one of the two wrote at an entry is kept; of two notes, mine', () => {
  const base = [
    { value: '1', valid: true },
    { value: '2', valid: true },
  ];
  const theirs = [
    { value: '1', valid: true },
    { value: '2', note: 'theirs', valid: true },
  ];
  expect(keepBoth(base, theirs, [{ value: '1', note: 'mine' }, { value: '2' }])).toEqual([
    { value: '1', note: 'mine' },
    theirs[1],
  ]);
  expect(keepBoth(base, theirs, [{ value: '1' }, { value: '2', note: 'mine' }])).toEqual([
    theirs[0],
    { value: '2', note: 'mine' },
  ]);
  const addresses = [{ text: '甲路1号', type: 'office' }];
  expect(keepBoth(addresses, [...addresses, { text: '乙路2号' }], [...addresses, { text: '丙路3号' }])).toEqual([
    ...addresses,
    { text: '乙路2号' },
    { text: '丙路3号' },
  ]);
});

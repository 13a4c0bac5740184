import { expect, test } from 'vitest';
import { placeNodes } from './graph-layout.ts';

const star = (n: number) => ({
  ids: Array.from({ length: n }, (_, index) => String(index)),
  ties: Array.from({ length: n - 1 }, (_, index) => ({ from: String(Math.floor(index / 4)), to: String(index + 1) })),
});

test('a thousand nodes are placed, none upon another, the centre in the middle', () => {
  const { ids, ties } = star(1000);
  const places = placeNodes(ids, ties, '0');
  expect(places.size).toBe(1000);
  expect(placeNodes(ids, ties, '0')).toEqual(places);
  const list = [...places.values()];
  const middle = places.get('0') ?? { x: 0, y: 0 };
  const mean = { x: 0, y: 0 };
  for (const place of list) {
    mean.x += place.x / list.length;
    mean.y += place.y / list.length;
  }
  const span = (axis: 'x' | 'y') =>
    Math.max(...list.map((place) => place[axis])) - Math.min(...list.map((place) => place[axis]));
  expect(span('x') / span('y')).toBeCloseTo(1.6, 5);
  expect(Math.hypot(mean.x - middle.x, mean.y - middle.y)).toBeLessThan(3);
  let crowded = 0;
  for (const [index, one] of list.entries())
    for (const other of list.slice(index + 1)) if (Math.hypot(one.x - other.x, one.y - other.y) < 0.4) crowded += 1;
  expect(crowded).toBeLessThan(150);
});

test('parts without a tie between them lie apart; lone nodes, ties to oneself and circles are borne', () => {
  const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
  const ties = [
    { from: 'a', to: 'b' },
    { from: 'b', to: 'c' },
    { from: 'c', to: 'a' },
    { from: 'd', to: 'e' },
    { from: 'f', to: 'f' },
    { from: 'a', to: 'gone' },
  ];
  const places = placeNodes(ids, ties, null);
  expect([...places.keys()].sort()).toEqual(ids);
  const at = (id: string) => places.get(id) ?? { x: 0, y: 0 };
  const distance = (one: string, other: string) => Math.hypot(at(one).x - at(other).x, at(one).y - at(other).y);
  for (const id of ['a', 'b', 'c'])
    for (const other of ['d', 'e', 'f']) expect(distance(id, other)).toBeGreaterThan(0.9);
  expect(placeNodes([], [], null).size).toBe(0);
});

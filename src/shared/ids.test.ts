import { afterEach, expect, it, vi } from 'vitest';
import { firstIdOf, isId, newId } from './ids.ts';

afterEach(() => void vi.useRealTimers());

const at = (time: string) => vi.useFakeTimers({ toFake: ['Date'], now: new Date(time) });

it('grows within a millisecond and with time', () => {
  at('2030-01-01T00:00:00.000Z');
  const ids = Array.from({ length: 1000 }, newId);
  at('2030-01-01T00:00:00.001Z');
  ids.push(newId());
  expect(ids.every(isId)).toBe(true);
  expect([...new Set(ids)].sort()).toEqual(ids);
});

it('keeps growing when the clock is put right by a moment, follows it when it was wrong by more', () => {
  at('2031-05-01T00:00:00.500Z');
  const first = newId();
  at('2031-05-01T00:00:00.100Z');
  expect(newId() > first).toBe(true);
  at('2026-01-01T00:00:00.000Z');
  const back = newId();
  expect(back >= firstIdOf(Date.parse('2026-01-01T00:00:00Z'))).toBe(true);
  expect(back < firstIdOf(Date.parse('2026-01-01T00:00:01Z'))).toBe(true);
});

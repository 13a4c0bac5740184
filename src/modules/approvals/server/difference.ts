import type { Difference } from '../contract.ts';

const same = (a: unknown, b: unknown): boolean => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));

/** JSON keeps no order of keys; values that differ only in it are the same. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value ?? null;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}

/** Fields of two snapshots that differ, in the order of the newer one. */
export function differences(from: Record<string, unknown>, to: Record<string, unknown>): Difference[] {
  const keys = [...new Set([...Object.keys(to), ...Object.keys(from)])];
  return keys
    .filter((key) => !same(from[key], to[key]))
    .map((key) => ({ key, from: from[key] ?? null, to: to[key] ?? null }));
}

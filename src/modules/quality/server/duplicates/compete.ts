import type { PreparedRecord } from './features.ts';
import { absent, type Comparer, logOdds, probability } from './model.ts';
import { pairKey } from './pair-key.ts';

/** How two records of one file stand to each other: the probability that they are the same, and whether all that both say is equal. */
export type Kin = (one: number, other: number) => { alike: number; equal: boolean };

/** Compares records of one file when asked, each two once. */
export function kinship(comparer: Comparer, records: PreparedRecord[]): Kin {
  const known = new Map<number, { alike: number; equal: boolean }>();
  const { model } = comparer;
  const levels = new Uint8Array(model.comparisons.length);
  const surprise = new Float32Array(levels.length);
  return (one, other) => {
    const [low, high] = one < other ? [one, other] : [other, one];
    const key = pairKey(low, high);
    let found = known.get(key);
    if (found === undefined) {
      const a = records[low];
      const b = records[high];
      if (a && b) comparer.compare(a, b, levels, surprise);
      else levels.fill(absent);
      found = {
        alike: probability(logOdds(model, levels, surprise)),
        equal: levels.every((level) => level === 0 || level === absent) && levels.includes(0),
      };
      known.set(key, found);
    }
    return found;
  };
}

/** Odds below which a candidate is no rival worth looking at. */
const faint = 0.02;
/** Candidates of a record looked at for kinship, the likeliest first. */
const strongest = 8;
/** Share of matched records with more than one match from which on the other file is taken to repeat itself. */
const repeating = 0.3;

/**
 * Where a record can be the same as few others, its candidates weaken each other by `share`. Candidates that are the same among
 * themselves do not, where a file is seen to repeat itself; those that say nothing but the same never do.
 */
export function competing(
  odds: Float64Array,
  pairs: { first: Uint32Array; second: Uint32Array },
  share: number,
  kin: Kin,
): Float64Array {
  const sides = [pairs.first, pairs.second];
  const totals = sides.map((records) => {
    const sums = new Map<number, number>();
    for (const [pair, value] of odds.entries()) {
      const record = records[pair] ?? 0;
      sums.set(record, (sums.get(record) ?? 0) + value);
    }
    return sums;
  });
  const total = (side: number, pair: number) => totals[side]?.get(sides[side]?.[pair] ?? 0) ?? 0;
  // A relative of a better candidate is its repetition only if it has no match of its own.
  const exclusive = (side: number, pair: number) => (odds[pair] ?? 0) / Math.max(1e-9, total(1 - side, pair));
  const relatives = sides.map((records, side) => {
    const { all, equal } = related(odds, records, sides[1 - side] ?? records, kin);
    for (const [pair, value] of all.entries()) all[pair] = value * exclusive(side, pair);
    return repeats(odds, records, all) < repeating ? equal : all;
  });
  return odds.map((value, pair) => {
    const rivals = sides.map((_, side) => total(side, pair) - value - (relatives[side]?.[pair] ?? 0));
    return value / (1 + value + share * Math.max(0, ...rivals));
  });
}

/** For each pair, the odds of its record's other candidates that are the same as its own: probably, and to the letter. */
function related(
  odds: Float64Array,
  records: Uint32Array,
  others: Uint32Array,
  kin: Kin,
): { all: Float64Array; equal: Float64Array } {
  const all = new Float64Array(odds.length);
  const equal = new Float64Array(odds.length);
  const plausible = new Map<number, number[]>();
  for (const [pair, value] of odds.entries()) {
    if (value < faint) continue;
    const record = records[pair] ?? 0;
    const list = plausible.get(record);
    if (list) list.push(pair);
    else plausible.set(record, [pair]);
  }
  for (const list of plausible.values()) {
    if (list.length < 2) continue;
    const best = list.sort((a, b) => (odds[b] ?? 0) - (odds[a] ?? 0)).slice(0, strongest);
    for (const [place, one] of best.entries())
      for (const other of best.slice(place + 1)) {
        const found = kin(others[one] ?? 0, others[other] ?? 0);
        const add = (sums: Float64Array, share: number) => {
          sums[one] = (sums[one] ?? 0) + share * (odds[other] ?? 0);
          sums[other] = (sums[other] ?? 0) + share * (odds[one] ?? 0);
        };
        add(all, found.alike);
        if (found.equal) add(equal, 1);
      }
  }
  return { all, equal };
}

/** Share of matched records that have a likely match beside the best one. */
function repeats(odds: Float64Array, records: Uint32Array, relatives: Float64Array): number {
  const matched = new Set<number>();
  const several = new Map<number, number>();
  for (const [pair, value] of odds.entries()) {
    if (value < 1) continue;
    const record = records[pair] ?? 0;
    matched.add(record);
    if ((relatives[pair] ?? 0) > 0.5) several.set(record, (several.get(record) ?? 0) + 1);
  }
  return [...several.values()].filter((count) => count > 1).length / Math.max(1, matched.size);
}

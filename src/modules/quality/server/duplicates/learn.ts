import type { PreparedRecord } from './features.ts';
import { absent, type Comparer, evidence, type Model } from './model.ts';

/** Compared pairs in flat arrays. */
export interface ComparedPairs {
  count: number;
  /** First record of each pair (the competition is about it) and the second. */
  first: Uint32Array;
  second: Uint32Array;
  levels: Uint8Array;
  surprise: Float32Array;
}

export interface LearnOptions {
  /** Pairs there could be at all. */
  possible: number;
  /** Share of the candidates that is in the sample. */
  sampled: number;
  /** Most pairs that can be the same, by the sizes of the files. */
  most: number;
  /** Two files without repetitions in themselves: the candidates of a record compete. */
  compete: boolean;
}

const rounds = 20;
/** As if this many same pairs had been seen before. */
const prudence = 25;
/** … and this many different ones. */
const expected = 5000;

/** Levels of pairs picked at random: what accidental agreement looks like. A fixed generator keeps runs alike. */
export function accidental(
  comparer: Comparer,
  left: PreparedRecord[],
  right: PreparedRecord[],
  wanted: number,
): ComparedPairs {
  const width = comparer.model.comparisons.length;
  const pairs = emptyPairs(wanted, width);
  let state = 12345;
  const next = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 4294967296) * below);
  };
  for (let tries = 0; tries < wanted * 2 && pairs.count < wanted; tries += 1) {
    const a = left[next(left.length)];
    const b = right[next(right.length)];
    if (!a || !b || a === b) continue;
    const at = pairs.count * width;
    comparer.compare(a, b, pairs.levels.subarray(at, at + width), pairs.surprise.subarray(at, at + width));
    pairs.count += 1;
  }
  return pairs;
}

export const emptyPairs = (size: number, width: number): ComparedPairs => ({
  count: 0,
  first: new Uint32Array(size),
  second: new Uint32Array(size),
  levels: new Uint8Array(size * width),
  surprise: new Float32Array(size * width),
});

/**
 * Learns from the pairs themselves, without being told which are the same: expectation–maximisation over a two-class
 * model (Fellegi–Sunter) that starts at the expectations and is held near them where there is little evidence.
 */
export function learn(model: Model, pairs: ComparedPairs, random: ComparedPairs, options: LearnOptions): Model {
  const start = model;
  const width = model.comparisons.length;
  const rest = Math.max(1, options.possible - pairs.count / options.sampled);
  const background = model.comparisons.map((_, index) => levelCounts(random, index, width));
  let current: Model = { ...model, prior: Math.log((0.3 * options.most) / options.possible) };
  for (let round = 0; round < rounds; round += 1) {
    const share = same(current, pairs, options.compete);
    const seen = share.reduce((sum, value) => sum + value, 0) / options.sampled;
    // Two lists are compared because they overlap; in one list repetitions are an exception.
    const matches = Math.min(options.most, Math.max(1, options.compete ? seen * 0.75 + options.most * 0.2 : seen));
    current = {
      ...current,
      prior: Math.log(matches / Math.max(1, options.possible - matches)),
      comparisons: current.comparisons.map((item, index) => {
        const first = start.comparisons[index] ?? item;
        const inSame = first.m.map((value) => value * prudence);
        const inOther = first.u.map(() => 0);
        for (let pair = 0; pair < pairs.count; pair += 1) {
          const level = pairs.levels[pair * width + index] ?? absent;
          if (level === absent) continue;
          inSame[level] = (inSame[level] ?? 0) + (share[pair] ?? 0);
          inOther[level] = (inOther[level] ?? 0) + (1 - (share[pair] ?? 0)) / options.sampled;
        }
        const seen = background[index] ?? [];
        const seenTotal = seen.reduce((sum, value) => sum + value, 0);
        const u = first.u.map((value, level) => {
          const byChance = ((seen[level] ?? 0) + value * 50) / (seenTotal + 50);
          return Math.max(
            1e-7,
            ((inOther[level] ?? 0) + rest * byChance + expected * value) / (options.possible + expected),
          );
        });
        return { ...item, m: normalised(inSame), u: normalised(u) };
      }),
    };
  }
  return current;
}

function levelCounts(pairs: ComparedPairs, index: number, width: number): number[] {
  const counts = [0, 0, 0, 0, 0, 0];
  for (let pair = 0; pair < pairs.count; pair += 1) {
    const level = pairs.levels[pair * width + index] ?? absent;
    if (level !== absent) counts[level] = (counts[level] ?? 0) + 1;
  }
  return counts;
}

function normalised(values: number[]): number[] {
  const total = values.reduce((sum, value) => sum + value, 0);
  return values.map((value) => value / total);
}

/** Probability of each pair to be the same under the model. */
function same(model: Model, pairs: ComparedPairs, compete: boolean): Float64Array {
  const odds = new Float64Array(pairs.count);
  const width = model.comparisons.length;
  for (let pair = 0; pair < pairs.count; pair += 1) {
    let sum = model.prior;
    for (const [index, item] of model.comparisons.entries())
      sum += evidence(item, pairs.levels[pair * width + index] ?? absent, pairs.surprise[pair * width + index] ?? 0);
    odds[pair] = Math.exp(Math.min(40, sum));
  }
  return compete ? competing(odds, pairs, 0.7) : odds.map((value) => value / (1 + value));
}

/** Where a record can be the same as few others, its candidates weaken each other by `share`. */
export function competing(
  odds: Float64Array,
  pairs: { first: Uint32Array; second: Uint32Array },
  share: number,
): Float64Array {
  const totals = [new Map<number, number>(), new Map<number, number>()];
  const sides = [pairs.first, pairs.second];
  for (const [pair, value] of odds.entries()) {
    for (const [side, records] of sides.entries()) {
      const record = records[pair] ?? 0;
      totals[side]?.set(record, (totals[side]?.get(record) ?? 0) + value);
    }
  }
  return odds.map((value, pair) => {
    const rivals = sides.map((records, side) => (totals[side]?.get(records[pair] ?? 0) ?? value) - value);
    return value / (1 + value + share * Math.max(...rivals));
  });
}

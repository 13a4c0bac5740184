import { competing, type Kin } from './compete.ts';
import type { PreparedRecord } from './features.ts';
import { absent, type Comparer, logOdds, type Model, ordered } from './model.ts';
import { pairKey } from './pair-key.ts';

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
  /** Two files: the candidates of a record compete, but for those that are the same among themselves. Absent: one file. */
  kin: Kin | undefined;
}

const rounds = 20;
/** As if this many same pairs had been seen before. */
const prudence = 25;
/** … and this many different ones. */
const expected = 5000;
/** Least chance that an exact agreement is an accident, however rare accidents were. */
const rarest = 1e-6;

export interface Population {
  records: PreparedRecord[];
  /** Where the second file begins. */
  boundary: number | undefined;
  /** Candidates are known of every so manieth record. */
  every: number;
}

/**
 * Levels of pairs picked at random that are no candidates: what accidental agreement looks like among the pairs nobody compares.
 * A fixed generator keeps runs alike.
 */
export function accidental(
  comparer: Comparer,
  { records, boundary, every }: Population,
  candidates: ComparedPairs,
  wanted: number,
): ComparedPairs {
  const width = comparer.model.comparisons.length;
  const pairs = emptyPairs(wanted, width);
  const known = new Set<number>();
  for (let pair = 0; pair < candidates.count; pair += 1)
    known.add(pairKey(candidates.first[pair] ?? 0, candidates.second[pair] ?? 0));
  let state = 12345;
  const next = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 4294967296) * below);
  };
  const from = boundary ?? 1;
  for (let tries = 0; tries < wanted * 2 && pairs.count < wanted; tries += 1) {
    const second = Math.ceil((from + next(records.length - from)) / every) * every;
    const first = next(boundary ?? second);
    const a = records[first];
    const b = records[second];
    if (!a || !b || known.has(pairKey(first, second))) continue;
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
  let current: Model = {
    ...model,
    prior: Math.log((0.3 * options.most) / options.possible),
    // From too cautious a start a single column would never be learned to be telling.
    comparisons: model.comparisons.map((item) => ({ ...item, background: Math.min(item.background, item.u[0] ?? 1) })),
  };
  for (let round = 0; round < rounds; round += 1) {
    const share = same(current, pairs, options.kin);
    const seen = share.reduce((sum, value) => sum + value, 0) / options.sampled;
    // Two lists are compared because they overlap; in one list repetitions are an exception.
    const matches = Math.min(options.most, Math.max(1, options.kin ? seen * 0.75 + options.most * 0.2 : seen));
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
        const chances = normalised(u);
        // Where next to nothing agrees by chance, agreement proves more than is expected before the data are seen.
        const usual = Math.min(first.background, Math.max(rarest, chances[0] ?? 1));
        const agreement = normalised(inSame);
        // Neighbours under one roof share all but the name; they must not teach that names do not matter.
        if (model.columns[item.column]?.feature === 'name' && !item.codes)
          agreement[5] = Math.min(agreement[5] ?? 0, first.m[5] ?? 0);
        return { ...item, m: agreement, u: chances, background: usual };
      }),
    };
  }
  return { ...current, comparisons: current.comparisons.map(ordered) };
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
function same(model: Model, pairs: ComparedPairs, kin: Kin | undefined): Float64Array {
  const odds = new Float64Array(pairs.count);
  const width = model.comparisons.length;
  for (let pair = 0; pair < pairs.count; pair += 1) {
    odds[pair] = Math.exp(Math.min(40, logOdds(model, pairs.levels, pairs.surprise, pair * width)));
  }
  return kin ? competing(odds, pairs, 0.7, kin) : odds.map((value) => value / (1 + value));
}

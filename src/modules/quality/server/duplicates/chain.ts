import type { PreparedRecord } from './features.ts';
import { absent, type Comparer, contradiction, probability } from './model.ts';
import { type Pair, pairKey } from './pair-key.ts';

/** Records looked at beside one record, the likeliest first. */
const strongest = 12;

const logit = (score: number): number => Math.min(40, Math.log(score / Math.max(1e-12, 1 - score)));

/**
 * Who is the same as a third record is the same: two repetitions of one record may each have lost what the other kept. A pair found
 * so is as likely as both its links together, less all that speaks against it when the two are compared themselves.
 */
export function chained(pairs: Pair[], records: PreparedRecord[], comparer: Comparer, threshold: number): Pair[] {
  const known = new Map<number, Pair>();
  const links = new Map<number, Pair[]>();
  for (const pair of pairs) {
    known.set(pairKey(pair.a, pair.b), pair);
    if (pair.score < Math.max(threshold, 0.5)) continue;
    for (const record of [pair.a, pair.b]) {
      const list = links.get(record);
      if (list) list.push(pair);
      else links.set(record, [pair]);
    }
  }
  const width = comparer.model.comparisons.length;
  const levels = new Uint8Array(width).fill(absent);
  const surprise = new Float32Array(width);
  const names = comparer.model.comparisons.flatMap((item, index) =>
    !item.codes && comparer.model.columns[item.column]?.feature === 'name' ? [index] : [],
  );
  const found = new Map<number, Pair>();
  for (const [record, list] of links) {
    if (list.length < 2) continue;
    const best = list.sort((x, y) => y.score - x.score || x.a - y.a || x.b - y.b).slice(0, strongest);
    for (const [place, one] of best.entries())
      for (const other of best.slice(place + 1)) {
        const ends = [one, other].map((pair) => (pair.a === record ? pair.b : pair.a));
        const [a = 0, b = 0] = ends.sort((x, y) => x - y);
        const at = pairKey(a, b);
        const both = one.score * other.score;
        if (Math.max(known.get(at)?.score ?? 0, found.get(at)?.score ?? 0) >= both) continue;
        const [first, second] = [records[a], records[b]];
        if (!first || !second) continue;
        comparer.compare(first, second, levels, surprise);
        // 杭州明达 and 宁波明达 are not one because somebody wrote 明达.
        if (first.kind === 'company' && names.some((index) => (levels[index] ?? absent) >= 3)) continue;
        const score = probability(logit(both) + contradiction(comparer.model, levels, surprise));
        if (score > Math.max(threshold, found.get(at)?.score ?? 0, known.get(at)?.score ?? 0))
          found.set(at, { a, b, score });
      }
  }
  return [...pairs.filter((pair) => !found.has(pairKey(pair.a, pair.b))), ...found.values()];
}

import { candidates } from './blocking.ts';
import { chained } from './chain.ts';
import { competing, kinship } from './compete.ts';
import { type Column, type PreparedRecord, prepare, type RecordKind } from './features.ts';
import { accidental, type ComparedPairs, emptyPairs, learn } from './learn.ts';
import { createComparer, defaultModel, logOdds, type Model, probability } from './model.ts';
import type { Pair } from './pair-key.ts';
import { countRecord, emptyStatistics, type Statistics } from './statistics.ts';

/** A record as read: for each column its values. */
export interface SourceRecord {
  id: string;
  kind: RecordKind;
  values: string[][];
}

export interface Matching {
  pairs: Pair[];
  model: Model;
  statistics: Statistics;
  records: PreparedRecord[];
  compared: number;
}

/** Pairs at or above this score are reported unless told otherwise. */
export const defaultThreshold = 0.5;

const valuesPerColumn = 8;

export function prepareRecord(columns: Column[], record: SourceRecord): PreparedRecord {
  return {
    id: record.id,
    kind: record.kind,
    values: columns.map(({ feature }, index) =>
      (record.values[index] ?? [])
        .slice(0, valuesPerColumn)
        .flatMap((value) => prepare(feature, record.kind, value) ?? []),
    ),
  };
}

export interface MatchOptions {
  threshold?: number;
  /** Called now and then with how many records are compared. */
  onProgress?: (done: number, total: number) => void;
}

/**
 * Finds records that are the same, within one list or across two. Frequencies and agreement rates are learned from the
 * given records alone; no example of a true pair is needed.
 */
export function findMatches(
  columns: Column[],
  records: SourceRecord[],
  against: SourceRecord[] | null,
  options: MatchOptions = {},
): Matching {
  const prepared = [...records, ...(against ?? [])].map((record) => prepareRecord(columns, record));
  const statistics = emptyStatistics(columns.length);
  for (const record of prepared) countRecord(statistics, record);
  const persons = prepared.filter((record) => record.kind === 'person').length;
  const start = defaultModel(columns, persons * 2 > prepared.length);
  const boundary = against ? records.length : undefined;
  const possible = against ? records.length * against.length : (records.length * (records.length - 1)) / 2;
  const large = prepared.length > 20_000;
  const found = { maxBlock: large ? 50 : 100, perRecord: large ? 25 : 50 };
  const width = start.comparisons.length;
  const rough = createComparer(start, statistics);

  // A sample of the records' candidates is enough to learn from; all are compared afterwards.
  const every = Math.max(1, Math.ceil(prepared.length / 8000));
  const sample = growing(width);
  for (const { record, others } of candidates(columns, prepared, { boundary, ...found })) {
    if (record % every === 0) for (const other of others) sample.add(other, record, rough, prepared);
  }
  const learned = sample.pairs();
  const random = accidental(rough, { records: prepared, boundary, every }, learned, Math.min(30_000, possible));
  const most = against ? Math.min(records.length, against.length) : records.length;
  const model =
    possible < 1
      ? start
      : learn(start, learned, random, {
          possible,
          sampled: 1 / every,
          most,
          kin: against ? kinship(rough, prepared) : undefined,
        });

  const comparer = createComparer(model, statistics);
  const levels = new Uint8Array(width);
  const surprise = new Float32Array(width);
  const kept: Pair[] = [];
  const odds: number[] = [];
  const threshold = options.threshold ?? defaultThreshold;
  let compared = 0;
  for (const { record, others } of candidates(columns, prepared, { boundary, ...found })) {
    for (const other of others) {
      const one = prepared[other];
      const two = prepared[record];
      if (!one || !two) continue;
      comparer.compare(one, two, levels, surprise);
      compared += 1;
      const sum = logOdds(model, levels, surprise);
      if (sum < -4) continue;
      kept.push({ a: other, b: record, score: probability(sum) });
      odds.push(Math.exp(Math.min(40, sum)));
    }
    if (record % 1000 === 0) options.onProgress?.(record, prepared.length);
  }
  if (against) {
    const shares = competing(
      Float64Array.from(odds),
      { first: Uint32Array.from(kept, (pair) => pair.a), second: Uint32Array.from(kept, (pair) => pair.b) },
      0.35,
      kinship(comparer, prepared),
    );
    for (const [index, pair] of kept.entries()) pair.score = shares[index] ?? 0;
  }
  const all = against ? kept : chained(kept, prepared, comparer, threshold);
  const pairs = all
    .filter((pair) => pair.score >= threshold)
    .sort((x, y) => y.score - x.score || x.a - y.a || x.b - y.b);
  return { pairs, model, statistics, records: prepared, compared };
}

/** Compared pairs whose number is not known beforehand. */
function growing(width: number) {
  let store = emptyPairs(4096, width);
  return {
    add(first: number, second: number, comparer: ReturnType<typeof createComparer>, records: PreparedRecord[]) {
      if (store.count === store.first.length) {
        const wider = emptyPairs(store.count * 2, width);
        wider.first.set(store.first);
        wider.second.set(store.second);
        wider.levels.set(store.levels);
        wider.surprise.set(store.surprise);
        wider.count = store.count;
        store = wider;
      }
      const one = records[first];
      const two = records[second];
      if (!one || !two) return;
      const at = store.count * width;
      comparer.compare(one, two, store.levels.subarray(at, at + width), store.surprise.subarray(at, at + width));
      store.first[store.count] = first;
      store.second[store.count] = second;
      store.count += 1;
    },
    pairs(): ComparedPairs {
      const { count } = store;
      return {
        count,
        first: store.first.subarray(0, count),
        second: store.second.subarray(0, count),
        levels: store.levels.subarray(0, count * width),
        surprise: store.surprise.subarray(0, count * width),
      };
    },
  };
}

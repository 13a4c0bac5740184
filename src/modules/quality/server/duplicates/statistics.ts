import type { Weigh } from './compare.ts';
import type { Prepared, PreparedRecord } from './features.ts';

/** How often words and values occur in one column: the measure of how much an agreement proves. */
export interface ColumnStatistics {
  records: number;
  words: Map<string, number>;
  values: Map<string, number>;
}

export type Statistics = ColumnStatistics[];

export const emptyStatistics = (columns: number): Statistics =>
  Array.from({ length: columns }, () => ({ records: 0, words: new Map(), values: new Map() }));

const add = (counts: Map<string, number>, key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);

export function countRecord(statistics: Statistics, record: PreparedRecord): void {
  for (const [index, values] of record.values.entries()) {
    const column = statistics[index];
    if (!column || values.length === 0) continue;
    column.records += 1;
    for (const value of values) {
      add(column.values, value.key);
      for (const word of new Set([...value.words, ...value.codes])) add(column.words, word);
    }
  }
}

/** Weight of a word: its information, never nothing, never without bound in a small file. */
export function weigher(column: ColumnStatistics): Weigh {
  const known = new Map<string, number>();
  return (word) => {
    let weight = known.get(word);
    if (weight === undefined) {
      weight = Math.max(0.2, Math.log((column.records + 20) / ((column.words.get(word) ?? 1) + 1)));
      known.set(word, weight);
    }
    return weight;
  };
}

/**
 * Share of records with the value by chance. `expected`: as many may have it because they are the same. In a small file
 * little is known, so little is assumed.
 */
export function frequency(column: ColumnStatistics, value: Prepared, expected: number): number {
  const count = column.values.get(value.key) ?? 0;
  return Math.max(0, count - expected) / (column.records + 100);
}

/** What is worth keeping of statistics between runs: only what is frequent says something. */
export function storedStatistics(statistics: Statistics): unknown {
  const frequent = (counts: Map<string, number>) =>
    [...counts]
      .filter(([, count]) => count >= 4)
      .sort((a, b) => b[1] - a[1])
      .slice(0, 3000);
  return statistics.map((column) => ({
    records: column.records,
    words: frequent(column.words),
    values: frequent(column.values),
  }));
}

export function readStatistics(stored: unknown, columns: number): Statistics {
  if (!Array.isArray(stored) || stored.length !== columns) return emptyStatistics(columns);
  return (stored as { records: number; words: [string, number][]; values: [string, number][] }[]).map((column) => ({
    records: column.records,
    words: new Map(column.words),
    values: new Map(column.values),
  }));
}

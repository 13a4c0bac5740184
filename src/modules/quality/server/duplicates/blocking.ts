import { blockingKeys, type Column, type Prepared, type PreparedRecord, type RecordKind } from './features.ts';
import { han, soundKey } from './text.ts';

/** 32-bit hash (FNV-1a): two keys falling together cost a comparison, nothing more. */
export function hashKey(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}

/** A few characters of a value, to be combined with those of another column. */
function shortKeys(column: Column, kind: RecordKind, value: Prepared): string[] {
  switch (column.feature) {
    case 'name':
      if (kind === 'company' && value.company)
        return [value.company.chinese ? value.company.brand.slice(0, 2) : soundKey(value.words[0] ?? '')];
      return value.words.slice(0, 2).map((word) => (han.test(word) ? (value.spelled ?? word) : soundKey(word)));
    case 'person':
      return value.words.slice(0, 2).map((word) => (han.test(word) ? (value.spelled ?? word) : soundKey(word)));
    case 'dateOfBirth':
      return [value.key.slice(0, 4), value.key.slice(4)];
    case 'phone':
      return [value.key.slice(-4)];
    case 'email':
    case 'text':
    case 'address':
      return [(value.words[0] ?? '').slice(0, 8)];
    case 'code':
      return [value.key.slice(0, 4), value.key.slice(-4)];
    default:
      return [value.key];
  }
}

/** Columns worth combining: filled in, and with more than a handful of different values. */
export function combinedColumns(columns: Column[], records: PreparedRecord[]): number[] {
  const sample =
    records.length > 2000 ? records.filter((_, index) => index % Math.ceil(records.length / 2000) === 0) : records;
  return columns
    .map((_, index) => {
      const keys = sample.flatMap((record) => record.values[index]?.[0]?.key ?? []);
      return { index, filled: keys.length / Math.max(1, sample.length), distinct: new Set(keys).size };
    })
    .filter((item) => item.filled > 0.3 && item.distinct > Math.min(12, sample.length / 4))
    .sort((a, b) => b.filled * Math.log(b.distinct) - a.filled * Math.log(a.distinct))
    .slice(0, 7)
    .map((item) => item.index);
}

/** All keys of a record: one column's own, and short ones of two columns together. */
export function recordKeys(columns: Column[], record: PreparedRecord, combined: number[]): Set<number> {
  const keys = new Set<number>();
  for (const [index, column] of columns.entries()) {
    for (const value of record.values[index] ?? []) {
      for (const key of blockingKeys(column.feature, record.kind, value)) keys.add(hashKey(`${column.feature}|${key}`));
    }
  }
  const short = combined.map((index) => {
    const column = columns[index];
    const value = record.values[index]?.[0];
    return column && value ? shortKeys(column, record.kind, value).filter((key) => key !== '') : [];
  });
  for (let one = 0; one < short.length; one += 1) {
    for (let two = one + 1; two < short.length; two += 1) {
      for (const a of short[one] ?? [])
        for (const b of short[two] ?? []) keys.add(hashKey(`${combined[one]}+${combined[two]}|${a}|${b}`));
    }
  }
  return keys;
}

export interface CandidateOptions {
  /** Records of the second file begin here; pairs are only formed across. Absent: within one file. */
  boundary?: number;
  /** Largest block that forms pairs. */
  maxBlock: number;
  /** Candidates kept for each record, those sharing the rarest keys. */
  perRecord: number;
}

/** Records sharing keys, by inverted lists in flat arrays: memory grows with the keys, not with the pairs. */
export function* candidates(
  columns: Column[],
  records: PreparedRecord[],
  options: CandidateOptions,
): Generator<{ record: number; others: number[] }> {
  const combined = combinedColumns(columns, records);
  let entries = new Float64Array(records.length * 24 + 64);
  let size = 0;
  for (const [index, record] of records.entries()) {
    for (const key of recordKeys(columns, record, combined)) {
      if (size === entries.length) {
        const wider = new Float64Array(entries.length * 2);
        wider.set(entries);
        entries = wider;
      }
      // Key and record in one number: 32 + 21 bits are exact in a double.
      entries[size] = key * 2_097_152 + index;
      size += 1;
    }
  }
  entries = entries.subarray(0, size).sort();
  const member = (at: number) => (entries[at] ?? 0) % 2_097_152;
  const key = (at: number) => Math.floor((entries[at] ?? 0) / 2_097_152);
  // Blocks are runs of equal keys; useful ones have two records or more and are not too large.
  const blockStart: number[] = [];
  const blockEnd: number[] = [];
  const uses = new Uint32Array(records.length + 1);
  for (let start = 0; start < size; ) {
    let end = start + 1;
    while (end < size && key(end) === key(start)) end += 1;
    if (end - start > 1 && fits(start, end, member, options)) {
      blockStart.push(start);
      blockEnd.push(end);
      for (let at = start; at < end; at += 1) uses[member(at) + 1] = (uses[member(at) + 1] ?? 0) + 1;
    }
    start = end;
  }
  for (let index = 1; index < uses.length; index += 1) uses[index] = (uses[index] ?? 0) + (uses[index - 1] ?? 0);
  const blockOf = new Uint32Array(uses.at(-1) ?? 0);
  const fill = uses.slice();
  for (const [block, start] of blockStart.entries()) {
    for (let at = start; at < (blockEnd[block] ?? start); at += 1) {
      const record = member(at);
      blockOf[fill[record] ?? 0] = block;
      fill[record] = (fill[record] ?? 0) + 1;
    }
  }
  const weight = new Float32Array(records.length);
  const across = options.boundary;
  for (let record = across ?? 1; record < records.length; record += 1) {
    const touched: number[] = [];
    const limit = across ?? record;
    for (let use = uses[record] ?? 0; use < (uses[record + 1] ?? 0); use += 1) {
      const block = blockOf[use] ?? 0;
      const start = blockStart[block] ?? 0;
      const end = blockEnd[block] ?? start;
      const worth = 1 / Math.log2(end - start + 1);
      for (let at = start; at < end; at += 1) {
        const other = member(at);
        if (other >= limit) break;
        if (weight[other] === 0) touched.push(other);
        weight[other] = (weight[other] ?? 0) + worth;
      }
    }
    if (touched.length > options.perRecord) touched.sort((a, b) => (weight[b] ?? 0) - (weight[a] ?? 0) || a - b);
    const others = touched.slice(0, options.perRecord);
    for (const other of touched) weight[other] = 0;
    if (others.length > 0) yield { record, others };
  }
}

/** Whether a block forms few enough pairs; across two files what counts is the product of both sides. */
function fits(start: number, end: number, member: (at: number) => number, options: CandidateOptions): boolean {
  if (options.boundary === undefined) return end - start <= options.maxBlock;
  let first = 0;
  while (start + first < end && member(start + first) < options.boundary) first += 1;
  const second = end - start - first;
  return (
    first > 0 && second > 0 && first <= options.maxBlock * 2 && first * second <= options.maxBlock * options.maxBlock
  );
}

/** Precision, recall and F1 of the duplicate engine on public sets with known links. `node bench/duplicates.ts` */
import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { findMatches, mapColumns, readTableMap, tableRecords } from '#modules/quality/index.ts';

const folder = new URL('../test/er/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, folder), 'utf8');

interface Result {
  set: string;
  precision: number;
  recall: number;
  f1: number;
  seconds: number;
}

function measure(set: string, found: Set<string>, truth: Set<string>, started: number): Result {
  const right = [...found].filter((pair) => truth.has(pair)).length;
  const precision = found.size === 0 ? 0 : right / found.size;
  const recall = right / truth.size;
  const round = (value: number) => Math.round(value * 1000) / 1000;
  const f1 = precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
  return {
    set,
    precision: round(precision),
    recall: round(recall),
    f1: round(f1),
    seconds: Math.round((performance.now() - started) / 100) / 10,
  };
}

const key = (a: string, b: string) => (a < b ? `${a}|${b}` : `${b}|${a}`);

function febrl(): Result {
  const started = performance.now();
  const map = readTableMap(
    JSON.stringify({
      id: 'rec_id',
      kind: 'person',
      name: ['given_name', 'surname'],
      address: ['street_number', 'address_1', 'address_2', 'suburb', 'state'],
      postcode: 'postcode',
      dateOfBirth: 'date_of_birth',
    }),
  );
  const records = tableRecords(map, parse(read('febrl1_records.csv')) as string[][], 'febrl1');
  const { pairs } = findMatches(mapColumns(map), records, null);
  const found = new Set(pairs.map((pair) => key(records[pair.a]?.id ?? '', records[pair.b]?.id ?? '')));
  const truth = new Set(
    (parse(read('febrl1_true_links.csv'), { fromLine: 2 }) as string[][]).map(([a = '', b = '']) => key(a, b)),
  );
  return measure('febrl1', found, truth, started);
}

/** The labelled pairs of the set, their records put back into the two lists they came from. */
function restaurants(): Result[] {
  const fields = ['name', 'addr', 'city', 'phone', 'type'];
  const lists = [new Map<string, string>(), new Map<string, string>()];
  const rows = [[['id', ...fields]], [['id', ...fields]]];
  const idOf = (side: number, text: string) => {
    const list = lists[side] ?? new Map();
    const known = list.get(text);
    if (known) return known;
    const id = `${side === 0 ? 'a' : 'b'}${list.size}`;
    list.set(text, id);
    const value = (field: string) =>
      (new RegExp(`COL ${field} VAL (.*?)(?= COL |$)`).exec(text)?.[1] ?? '')
        .replace(/^[`' ]+|[' ]+$/g, '')
        .replace(/ ?\\ ?'/g, "'");
    rows[side]?.push([id, ...fields.map(value)]);
    return id;
  };
  const labelled = ['train', 'valid'].map((part) =>
    read(`Fodors-Zagats_${part}.tsv`)
      .split(/\r?\n/)
      .filter((line) => line !== '')
      .map((line) => {
        const [a = '', b = '', label = ''] = line.split('\t');
        return { pair: `${idOf(0, a.trim())}|${idOf(1, b.trim())}`, same: label.trim() === '1' };
      }),
  );
  const map = readTableMap(
    JSON.stringify({
      id: 'id',
      kind: 'company',
      name: 'name',
      address: ['addr', 'city'],
      phone: 'phone',
      text: 'type',
    }),
  );
  const started = performance.now();
  const [a = [], b = []] = rows.map((list, side) => tableRecords(map, list, `list ${side}`));
  const { pairs } = findMatches(mapColumns(map), a, b);
  const all = new Set(pairs.map((pair) => `${a[pair.a]?.id}|${b[pair.b - a.length]?.id}`));
  return labelled.map((list, index) => {
    const asked = new Set(list.map((item) => item.pair));
    const truth = new Set(list.filter((item) => item.same).map((item) => item.pair));
    return measure(
      `Fodors-Zagats ${index === 0 ? 'train' : 'valid'}`,
      new Set([...all].filter((pair) => asked.has(pair))),
      truth,
      started,
    );
  });
}

console.table([febrl(), ...restaurants()]);

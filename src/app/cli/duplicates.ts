import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import {
  defaultThreshold,
  findMatches,
  mapColumns,
  readTableMap,
  type TableMap,
  tableRecords,
} from '#modules/quality/index.ts';
import { type Cell, SheetError } from '#platform/sheets/cells.ts';
import { readSheet } from '#platform/sheets/read.ts';
import { Problem } from '#shared/errors.ts';
import { type Command, required, text, UsageError } from './command.ts';

const summary = `Find records that are the same in one table, or across two; writes id1,id2,score
      Tables: .csv, .tsv (UTF-8, GB18030, UTF-16) or .xlsx with a heading row. No database is needed.
      MAP.json says what the columns are, e.g.
        {"id":"rec_id","kind":"person","name":["given_name","surname"],"address":["street","suburb"],"postcode":"zip",
         "dateOfBirth":"dob","phone":"tel","email":"mail"}
        {"id":"no","kind":"company","name":"公司名称","code":"统一社会信用代码","person":"联系人","phone":["电话","手机"]}
        {"id":"id","name":"title","text":["authors","venue"],"number":"year"}
      Entries (a heading, or a list of headings): id, kind (person or company), name, person (people at a company),
      address, phone, email, website, code (credit code, tax number, identity card), dateOfBirth, postcode, text, number.
      Files that name a column unlike: "name":"title|name" takes the first the file has.
      Score: estimated probability that both are the same, learned from the files themselves; pairs from ${defaultThreshold} up
      are written (--threshold 0.8 for fewer). --against: only pairs across the two files, id2 from the second.`;

async function readTable(path: string, map: TableMap) {
  const rows: Cell[][] = [];
  try {
    await readSheet(path, { batch: 5000, onRows: async (batch) => void rows.push(...batch) });
  } catch (error) {
    if (error instanceof SheetError)
      throw new Problem(422, error.code, { message: `${path} cannot be read (${error.code})`, field: 'records' });
    throw error;
  }
  return tableRecords(map, rows, basename(path));
}

const quoted = (value: string) => (/[",\r\n]/.test(value) ? `"${value.replace(/"/g, '""')}"` : value);

/** `kedang duplicates`: the engine of the 查重 page on plain tables. */
export const duplicatesCommand: Command = {
  name: 'duplicates',
  usage: 'duplicates --records A.csv [--against B.csv] --map MAP.json --out PAIRS.csv [--threshold 0..1]',
  summary,
  options: {
    records: { type: 'string' },
    against: { type: 'string' },
    map: { type: 'string' },
    out: { type: 'string' },
    threshold: { type: 'string' },
  },
  async run(options) {
    const out = required(options, 'out');
    const records = required(options, 'records');
    const given = text(options, 'threshold');
    const threshold = given === undefined ? defaultThreshold : Number(given);
    if (!(threshold >= 0 && threshold <= 1)) throw new UsageError('--threshold must be a number from 0 to 1');
    const map = readTableMap(readFileSync(required(options, 'map'), 'utf8'));
    const started = performance.now();
    const first = await readTable(records, map);
    const other = text(options, 'against');
    const second = other ? await readTable(other, map) : null;
    const all = second ? [...first, ...second] : first;
    const { pairs, compared } = findMatches(mapColumns(map), first, second, {
      threshold,
      onProgress(done, total) {
        if (process.stderr.isTTY) process.stderr.write(`\r${done}/${total} `);
      },
    });
    const lines = pairs.map(
      ({ a, b, score }) => `${quoted(all[a]?.id ?? '')},${quoted(all[b]?.id ?? '')},${score.toFixed(4)}`,
    );
    writeFileSync(out, ['id1,id2,score', ...lines, ''].join('\n'));
    if (process.stderr.isTTY) process.stderr.write('\n');
    const seconds = Math.round((performance.now() - started) / 100) / 10;
    console.log(
      JSON.stringify({
        records: first.length,
        ...(second ? { against: second.length } : {}),
        compared,
        pairs: pairs.length,
        threshold,
        seconds,
      }),
    );
    return 0;
  },
};

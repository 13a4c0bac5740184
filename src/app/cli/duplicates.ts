import { readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import {
  defaultThreshold,
  findMatches,
  mapColumns,
  readTableMap,
  type TableMap,
  tableRecords,
} from '#modules/quality/index.ts';
import { type Cell, SheetError, type SheetProblem } from '#platform/sheets/cells.ts';
import { readSheet } from '#platform/sheets/read.ts';
import type { Problem } from '#shared/errors.ts';
import { type Command, readable, required, text, UsageError, writable } from './command.ts';

const summary = `Find records that are the same in one table, or across two; writes id1,id2,score
      Tables: .csv, .tsv (UTF-8, GB18030, UTF-16, Windows-1252) or .xlsx with a heading row. No database is needed.
      MAP.json says what the columns are, e.g.
        {"id":"rec_id","kind":"person","name":["given_name","surname"],"address":["street","suburb"],"postcode":"zip",
         "dateOfBirth":"dob","phone":"tel","email":"mail"}
        {"id":"no","kind":"company","name":"公司名称","code":"统一社会信用代码","person":"联系人","phone":["电话","手机"]}
        {"id":"id","name":"title","text":["authors","venue"],"number":"year"}
      Entries (a heading, or a list of headings): id, kind (person or company), name, person (people at a company),
      address, phone, email, website, code (credit code, tax number, identity card), dateOfBirth, postcode, text, number.
      Files that name a column unlike: "name":"title|name" takes the first the file has. With --against, a column one of
      the files does not have is empty there.
      Score: estimated probability that both are the same, learned from the files themselves; pairs from ${defaultThreshold} up
      are written (--threshold 0.8 for fewer). --against: only pairs across the two files, id2 from the second.
      --out - writes the pairs to standard output and the summary to standard error.`;

const reasons: Record<SheetProblem, string> = {
  'sheet.unknownType': 'it is neither a text table nor an xlsx or xls workbook',
  'sheet.empty': 'it is empty',
  'sheet.tooLarge': 'it is too large',
  'sheet.bomb': 'it unpacks to more than fits into memory; split it',
  'sheet.broken': 'it is damaged: a quotation mark is not closed, or the workbook is incomplete',
  'sheet.passwordNeeded': 'it is encrypted; save it without a password',
  'sheet.passwordWrong': 'it is encrypted; save it without a password',
  'sheet.tooManyColumns': 'it has more than 1,000 columns',
  'sheet.timeout': 'reading it took too long; split it',
};

/** Files are told apart by what they are, not by how their paths are written. */
const sameFile = (a: string, b: string): boolean => {
  const [left, right] = [a, b].map((path) => statSync(path, { throwIfNoEntry: false }) && realpathSync(path));
  return left !== undefined && left === right;
};

async function readTable(path: string, map: TableMap, lacking?: (problem: Problem) => void) {
  const rows: Cell[][] = [];
  try {
    await readSheet(path, { batch: 5000, onRows: async (batch) => void rows.push(...batch) });
  } catch (error) {
    if (error instanceof SheetError) throw new Error(`${path} cannot be read: ${reasons[error.code]}`);
    throw error;
  }
  return tableRecords(map, rows, basename(path), lacking);
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
    const records = readable(required(options, 'records'));
    const mapFile = readable(required(options, 'map'));
    const other = text(options, 'against');
    if (other !== undefined && sameFile(readable(other), records))
      throw new UsageError('--against is the same file as --records; leave it out to search within one file');
    for (const input of [records, mapFile, ...(other === undefined ? [] : [other])])
      if (out !== '-' && sameFile(writable(out), input)) throw new UsageError(`--out would overwrite ${input}`);
    const given = text(options, 'threshold');
    const threshold = given === undefined ? defaultThreshold : Number(given);
    if (!(threshold >= 0 && threshold <= 1)) throw new UsageError('--threshold must be a number from 0 to 1');
    const map = readTableMap(readFileSync(mapFile, 'utf8'));
    const started = performance.now();
    // A column only one of two files has is empty in the other.
    const missing = new Map<string | undefined, Problem>();
    const lacking = (problem: Problem) => {
      if (missing.has(problem.field)) throw problem;
      missing.set(problem.field, problem);
    };
    const first = await readTable(records, map, other ? lacking : undefined);
    const second = other ? await readTable(other, map, lacking) : null;
    for (const { message } of missing.values()) console.error(`${message}; taken as empty there`);
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
    const table = ['id1,id2,score', ...lines, ''].join('\n');
    if (out === '-') process.stdout.write(table);
    else writeFileSync(out, table);
    if (process.stderr.isTTY) process.stderr.write('\n');
    const seconds = Math.round((performance.now() - started) / 100) / 10;
    (out === '-' ? console.error : console.log)(
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

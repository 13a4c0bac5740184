import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Lang } from '#shared/languages.ts';
import { type Cell, limits, SheetError, type SheetProblem } from './cells.ts';

export interface ReadOptions {
  password?: string;
  /** Of the headings we put above the cards of a vCard file. */
  lang?: Lang;
  batch?: number;
  maxRows?: number;
  /** Name of the sheet to read; the first one a person sees without. */
  sheet?: string;
  /** Reads the first `maxRows` of every sheet a person sees; with a `batch` as large, each comes at once. */
  everySheet?: boolean;
  signal?: AbortSignal;
  /** Told the number of the last filled row before the first rows come. */
  onTotal?(row: number): Promise<void>;
  /** Called with each batch; the next one is parsed only after it resolves. `first` is the sheet's row number from 1. */
  onRows(rows: Cell[][], first: number, sheet: string): Promise<void>;
}

let reading = 0;
const waiting: (() => void)[] = [];

/** Reads a sheet of an xlsx, xls or text file in batches, in a child process with bounded memory and time. */
export async function readSheet(path: string, options: ReadOptions): Promise<number> {
  if (reading >= limits.readers) await new Promise<void>((resolve) => waiting.push(resolve));
  reading += 1;
  try {
    return await readInChild(path, options);
  } finally {
    reading -= 1;
    waiting.shift()?.();
  }
}

/** The heap limit does not count bytes outside it: what the process really holds is watched where the system tells. */
function residentMb(pid: number | undefined): number {
  try {
    return (Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]) * 4096) / 2 ** 20;
  } catch {
    return 0;
  }
}

interface Message {
  rows?: Cell[][];
  first?: number;
  sheet?: string;
  total?: number;
  count?: number;
  failed?: SheetProblem;
}

function readInChild(path: string, options: ReadOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(new URL('./reader-process.ts', import.meta.url)), [], {
      execArgv: [`--max-old-space-size=${limits.memoryMb}`, '--max-semi-space-size=4'],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    let settled = false;
    let working: Promise<void> = Promise.resolve();
    const finish = (error: Error | null, count = 0) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      clearInterval(watch);
      options.signal?.removeEventListener('abort', abort);
      child.kill('SIGKILL');
      if (error) reject(error);
      else resolve(count);
    };
    const abort = () => finish(new Error('aborted'));
    const timer = setTimeout(() => finish(new SheetError('sheet.timeout')), limits.timeMs);
    const watch = setInterval(() => {
      if (residentMb(child.pid) > limits.residentMb) finish(new SheetError('sheet.bomb'));
    }, 50);
    options.signal?.addEventListener('abort', abort);
    child.on('message', (message: Message) => {
      if (message.failed) return finish(new SheetError(message.failed));
      if (message.total !== undefined) {
        working = options.onTotal?.(message.total) ?? working;
        working.catch((error: Error) => finish(error));
        return;
      }
      if (message.count !== undefined) {
        const count = message.count;
        void working.then(() => finish(count === 0 ? new SheetError('sheet.empty') : null, count));
        return;
      }
      working = working.then(() => options.onRows(message.rows ?? [], message.first ?? 1, message.sheet ?? ''));
      working.then(
        () => {
          if (!settled && child.connected) child.send({ taken: true });
        },
        (error: Error) => finish(error),
      );
    });
    child.on('error', (error) => finish(error));
    // Out of memory or killed by the system: the file unpacks to more than it declared.
    child.on('exit', () => setImmediate(() => finish(new SheetError('sheet.bomb'))));
    child.send({
      order: {
        path,
        password: options.password,
        lang: options.lang,
        batch: options.batch ?? 1000,
        maxRows: options.maxRows ?? 2_000_000,
        sheet: options.sheet,
        everySheet: options.everySheet ?? false,
        total: options.onTotal !== undefined,
      },
    });
  });
}

/** A sheet's name (empty when the file is no workbook) and its first rows. */
export interface SheetHead {
  name: string;
  head: Cell[][];
}

/** The first rows of each sheet, for a preview; sheets without rows are left out. */
export async function previewSheets(
  path: string,
  rows: number,
  { password, lang }: Pick<ReadOptions, 'password' | 'lang'>,
): Promise<SheetHead[]> {
  const sheets: SheetHead[] = [];
  const onRows = async (head: Cell[][], _first: number, name: string) => void sheets.push({ name, head });
  await readSheet(path, { password, lang, batch: rows, maxRows: rows, everySheet: true, onRows });
  return sheets;
}

/**
 * Index of the heading row: the one with most known headings, at least two (or one in a narrow sheet); titles above are skipped,
 * and of the same headings in two languages, one row below the other, the lower row is meant: data begin behind it.
 */
export function findHeaderRow(rows: Cell[][], known: (heading: string) => boolean): number {
  let best = -1;
  let bestScore = 0;
  for (const [index, row] of rows.slice(0, 20).entries()) {
    const texts = row.filter((cell): cell is string => typeof cell === 'string');
    const score = texts.filter(known).length;
    const again = score === bestScore && score > 1 && score === texts.length && index === best + 1;
    if ((score > bestScore || again) && (score >= 2 || texts.length <= 2)) {
      best = index;
      bestScore = score;
    }
  }
  if (best >= 0) return best;
  // Nothing is known: the first row with as many filled cells as the widest of the first rows.
  const widths = rows.slice(0, 20).map((row) => row.filter((cell) => cell !== null).length);
  return Math.max(0, widths.indexOf(Math.max(...widths, 0)));
}

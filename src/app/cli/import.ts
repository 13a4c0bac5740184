import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { ImportView, importErrors, skippedRows } from '#modules/collection/contract.ts';
import { duplicateModes } from '#modules/collection/contract.ts';
import { columnLetter } from '#shared/column-names.ts';
import type { ResponseOf } from '#shared/endpoint.ts';
import { type TokenClient, tokenClient, tokenOptions, waitForJob } from './client.ts';
import { type Command, oneFile, readable, text, UsageError, writable } from './command.ts';

/** Ready-made settings: an exhibition sheet lists foreign companies, many of them known from earlier years. */
const presets: Record<string, { kind: string; duplicates: string }> = {
  exhibition: { kind: 'company', duplicates: 'fill' },
};

type WrongCell = ResponseOf<typeof importErrors>['items'][number];
type SkippedRow = ResponseOf<typeof skippedRows>['items'][number];

/** Every entry of a list, page after page. */
async function all<T>(client: TokenClient, path: string): Promise<T[]> {
  const found: T[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const at: string = cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
    const page: { items: T[]; nextCursor: string | null } = await client.get(`${path}?limit=200${at}`);
    found.push(...page.items);
    cursor = page.nextCursor;
  }
  return found;
}

/** `kedang import`: upload, recognise, run, wait. Prints JSON; the exit code is 1 when rows were wrong. */
export const importCommand: Command = {
  name: 'import',
  usage:
    'import FILE --token TOKEN [--target customer|purchase] [--preset exhibition] [--duplicates skip|update|fill|create] [--kind company] [--owner me|none|column] [--sheet NAME] [--header-row N] [--password P] [--rejected FILE] [--url URL]',
  summary: `Import a sheet (.xlsx, .xls, .csv) or vCards (.vcf) of customers or purchases as the Import page does; prints JSON with counts, wrong cells and rows left out
      --preset exhibition: companies; those known already have their blanks filled
      --rejected FILE.xlsx: where to save the wrong rows with their reasons, to correct and import again
      The token may stand in KEDANG_TOKEN instead. Progress is shown on a terminal; Ctrl-C cancels the import at its next clean step.
      Exit code: 0 all rows in, 1 refused, cancelled or rows wrong, 2 wrong usage`,
  takesFile: true,
  options: {
    ...tokenOptions,
    target: { type: 'string' },
    preset: { type: 'string' },
    duplicates: { type: 'string' },
    kind: { type: 'string' },
    owner: { type: 'string' },
    sheet: { type: 'string' },
    'header-row': { type: 'string' },
    password: { type: 'string' },
    rejected: { type: 'string' },
  },
  async run(options, positionals) {
    const file = readable(oneFile(positionals, 'the file to import'));
    const rejected = text(options, 'rejected');
    if (rejected) writable(rejected);
    const header = text(options, 'header-row');
    if (header && !/^[1-9]\d{0,3}$/.test(header)) throw new UsageError('--header-row must be the number of a row');
    const owner = text(options, 'owner');
    if (owner && !['me', 'none', 'column'].includes(owner)) throw new UsageError('--owner must be me, none or column');
    const presetKey = text(options, 'preset');
    const preset = presetKey ? presets[presetKey] : undefined;
    if (presetKey && !preset)
      throw new UsageError(`no import preset "${presetKey}"; there is: ${Object.keys(presets).join(', ')}`);
    const duplicates = text(options, 'duplicates') ?? preset?.duplicates;
    if (duplicates && !duplicateModes.some((mode) => mode === duplicates))
      throw new UsageError(`--duplicates must be one of ${duplicateModes.join(', ')}`);
    const client = await tokenClient(options);
    const form = new FormData();
    const password = text(options, 'password');
    if (password) form.append('password', password);
    form.append('file', new File([new Uint8Array(readFileSync(file))], basename(file)));
    let item = await client.send<ImportView>('POST', '/imports', form);
    const kind = text(options, 'kind') ?? preset?.kind;
    const target = text(options, 'target');
    const send = async (body: object) => {
      item = await client.send('PATCH', `/imports/${item.id}`, body, { 'if-match': `"${item.version}"` });
    };
    // The target first: the other settings are then checked against it.
    if (target && target !== item.target) await send({ target });
    const sheet = text(options, 'sheet');
    const change = {
      ...(sheet === undefined ? {} : { sheet }),
      ...(duplicates ? { duplicates } : {}),
      ...(kind ? { kind } : {}),
      ...(owner ? { owner: { way: owner } } : {}),
      ...(header ? { headerRow: Number(header) } : {}),
    };
    if (Object.keys(change).length > 0) await send(change);
    item = await client.send('POST', `/imports/${item.id}/start`, undefined, { 'if-match': `"${item.version}"` });
    if (item.jobId) await waitForJob(client, item.jobId);
    item = await client.get<ImportView>(`/imports/${item.id}`);
    const wrong = await all<WrongCell>(client, `/imports/${item.id}/errors`);
    const skipped = await all<SkippedRow>(client, `/imports/${item.id}/skipped-rows`);
    const saved = rejected && item.rows.failed > 0 ? rejected : null;
    if (saved) writeFileSync(saved, await client.get<Buffer>(`/imports/${item.id}/rejected-rows`));
    else if (item.rows.failed > 0)
      console.error(`${item.rows.failed} rows were wrong; --rejected FILE.xlsx saves them with their reasons`);
    const columns = item.columns.map((column) => ({
      column: columnLetter(column.index),
      heading: column.heading,
      field: item.options.mapping[String(column.index)] ?? null,
    }));
    console.log(
      JSON.stringify(
        {
          ...{
            id: item.id,
            target: item.target,
            sheet: item.options.sheet,
            state: item.state,
            rows: item.rows,
            columns,
          },
          ...{ rejected: saved, errors: wrong, skipped },
        },
        null,
        2,
      ),
    );
    return item.state === 'done' && item.rows.failed === 0 ? 0 : 1;
  },
};

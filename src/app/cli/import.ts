import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { ImportView, importErrors, skippedRows } from '#modules/collection/contract.ts';
import { duplicateModes } from '#modules/collection/contract.ts';
import type { ResponseOf } from '#shared/endpoint.ts';
import { tokenClient, tokenOptions, waitForJob } from './client.ts';
import { type Command, text, UsageError } from './command.ts';

/** Ready-made settings: an exhibition sheet lists foreign companies, many of them known from earlier years. */
const presets: Record<string, { kind: string; duplicates: string }> = {
  exhibition: { kind: 'company', duplicates: 'fill' },
};

/** `kedang import`: upload, recognise, run, wait. Prints JSON; the exit code is 1 when rows were wrong. */
export const importCommand: Command = {
  name: 'import',
  usage:
    'import FILE --token TOKEN [--target customer|purchase] [--preset exhibition] [--duplicates skip|update|fill|create] [--kind company] [--owner me|none|column] [--header-row N] [--password P] [--rejected FILE] [--url URL]',
  summary:
    'Import a sheet (.xlsx, .xls, .csv) of customers or purchases as the Import page does; prints JSON with counts, wrong cells and rows left out',
  options: {
    ...tokenOptions,
    target: { type: 'string' },
    preset: { type: 'string' },
    duplicates: { type: 'string' },
    kind: { type: 'string' },
    owner: { type: 'string' },
    'header-row': { type: 'string' },
    password: { type: 'string' },
    rejected: { type: 'string' },
  },
  async run(options, [file]) {
    if (!file) throw new UsageError('name the file to import');
    if (!existsSync(file)) throw new UsageError(`there is no file ${file}`);
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
    const header = text(options, 'header-row');
    const target = text(options, 'target');
    const owner = text(options, 'owner');
    if (owner && !['me', 'none', 'column'].includes(owner)) throw new UsageError('--owner must be me, none or column');
    const send = async (body: object) => {
      item = await client.send('PATCH', `/imports/${item.id}`, body, { 'if-match': `"${item.version}"` });
    };
    // The target first: the other settings are then checked against it.
    if (target && target !== item.target) await send({ target });
    const change = {
      ...(duplicates ? { duplicates } : {}),
      ...(kind ? { kind } : {}),
      ...(owner ? { owner: { way: owner } } : {}),
      ...(header ? { headerRow: Number(header) } : {}),
    };
    if (Object.keys(change).length > 0) await send(change);
    item = await client.send('POST', `/imports/${item.id}/start`, undefined, { 'if-match': `"${item.version}"` });
    if (item.jobId) await waitForJob(client, item.jobId);
    item = await client.get<ImportView>(`/imports/${item.id}`);
    const wrong = await client.get<ResponseOf<typeof importErrors>>(`/imports/${item.id}/errors?limit=200`);
    const skipped = await client.get<ResponseOf<typeof skippedRows>>(`/imports/${item.id}/skipped-rows?limit=200`);
    const rejected = text(options, 'rejected');
    if (rejected && item.rows.failed > 0)
      writeFileSync(rejected, await client.get<Buffer>(`/imports/${item.id}/rejected-rows`));
    const columns = item.columns.map((column) => ({
      heading: column.heading,
      field: item.options.mapping[String(column.index)] ?? null,
    }));
    console.log(
      JSON.stringify(
        {
          ...{ id: item.id, target: item.target, state: item.state, rows: item.rows, columns },
          ...{ errors: wrong.items, skipped: skipped.items },
        },
        null,
        2,
      ),
    );
    return item.state === 'done' && item.rows.failed === 0 ? 0 : 1;
  },
};

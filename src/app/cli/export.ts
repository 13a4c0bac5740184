import { writeFileSync } from 'node:fs';
import type { ExportView } from '#modules/exchange/contract.ts';
import { tokenClient, tokenOptions, waitForJob } from './client.ts';
import { type Command, oneFile, required, text, UsageError, writable } from './command.ts';

/** `kedang export`: the same export as the page makes, with its purpose, limit and log. */
export const exportCommand: Command = {
  name: 'export',
  usage:
    'export FILE(.xlsx|.csv) --token TOKEN --purpose TEXT [--fields a,b,c] [--filter JSON] [--q TEXT] [--password P] [--url URL]',
  summary: `Export the customers one may see; above the role’s limit it waits for approval
      --filter: a condition as the list of customers has it, e.g. '{"field":"grade","op":"eq","value":"A"}'; --q: search text
      --fields: keys of fields, without it all one may read; --password: an encrypted workbook (.xlsx)
      The token may stand in KEDANG_TOKEN instead. Progress is shown on a terminal; Ctrl-C cancels the export at its next clean step.
      Exit code: 0 file written, 1 refused, cancelled or waiting for approval, 2 wrong usage`,
  takesFile: true,
  options: {
    ...tokenOptions,
    purpose: { type: 'string' },
    fields: { type: 'string' },
    filter: { type: 'string' },
    q: { type: 'string' },
    password: { type: 'string' },
  },
  async run(options, positionals) {
    const file = writable(oneFile(positionals, 'the file to write, ending in .xlsx or .csv'));
    const format = file.toLowerCase().match(/\.(xlsx|csv)$/)?.[1];
    if (!format) throw new UsageError('name the file to write, ending in .xlsx or .csv');
    const purpose = required(options, 'purpose');
    const client = await tokenClient(options);
    const named = text(options, 'fields')
      ?.split(',')
      .map((key) => key.trim());
    const filter = text(options, 'filter');
    const condition = filter ? parse(filter) : undefined;
    let item = await client.send<ExportView>(
      'POST',
      '/exports',
      {
        query: {
          ...(condition === undefined ? {} : { filter: condition }),
          ...(text(options, 'q') ? { q: text(options, 'q') } : {}),
        },
        fields: named ?? (await readableFields(client)),
        format,
        purpose,
        ...(text(options, 'password') ? { password: text(options, 'password') } : {}),
      },
      { 'idempotency-key': crypto.randomUUID() },
    );
    if (item.jobId) await waitForJob(client, item.jobId);
    item = await client.get<ExportView>(`/exports/${item.id}`);
    if (item.state === 'waiting')
      console.error('the export waits for approval; once approved it is on the Exports page for a week');
    if (item.ready) writeFileSync(file, await client.get<Buffer>(`/exports/${item.id}/file`));
    console.log(
      JSON.stringify({ id: item.id, state: item.state, rows: item.rows, file: item.ready ? file : null }, null, 2),
    );
    return item.ready ? 0 : 1;
  },
};

function parse(filter: string): unknown {
  try {
    return JSON.parse(filter);
  } catch {
    throw new UsageError('--filter is not JSON');
  }
}

async function readableFields(client: { get<T>(path: string): Promise<T> }): Promise<string[]> {
  const { fields } = await client.get<{ fields: { object: string; key: string; hidden: boolean; position: number }[] }>(
    '/fields',
  );
  return fields
    .filter((field) => field.object === 'customer' && !field.hidden)
    .sort((a, b) => a.position - b.position)
    .map((field) => field.key);
}

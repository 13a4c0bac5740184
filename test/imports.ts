import ExcelJS from 'exceljs';
import { expect } from 'vitest';
import { type Client, type Json, match, type TestApp } from './app.ts';

export type Grid = (string | number | boolean | Date | null)[][];

export const csv = (rows: Grid, delimiter = ',') =>
  rows
    .map((row) =>
      row
        .map((cell) => String(cell ?? ''))
        .map((cell) => (/["\r\n,;\t]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell))
        .join(delimiter),
    )
    .join('\r\n');

export async function xlsx(
  rows: Grid,
  change?: (sheet: ExcelJS.Worksheet, book: ExcelJS.Workbook) => void,
): Promise<Buffer> {
  const book = new ExcelJS.Workbook();
  const sheet = book.addWorksheet('客户');
  for (const row of rows) sheet.addRow(row);
  change?.(sheet, book);
  return Buffer.from(await book.xlsx.writeBuffer());
}

/** Imports through the API of a test installation. */
export function importer(app: () => TestApp) {
  const upload = (name: string, bytes: Buffer | string, password?: string, client: Client = app().admin) =>
    client.upload('/imports', name, Buffer.from(bytes), password ? { password } : {});

  async function change(draft: Json, body: Json, client: Client = app().admin): Promise<Json> {
    const answer = await client.send('PATCH', `/imports/${draft.id}`, body, match(draft.version));
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    return answer.body;
  }

  async function run(draft: Json, client: Client = app().admin): Promise<Json> {
    const started = await client.send('POST', `/imports/${draft.id}/start`, undefined, match(draft.version));
    expect(started.status, JSON.stringify(started.body)).toBe(202);
    await app().drain();
    return (await client.get(`/imports/${draft.id}`)).body;
  }

  /** Uploads, corrects options, runs. */
  async function importRows(
    rows: Grid | string | Buffer,
    options: Json = {},
    client: Client = app().admin,
  ): Promise<Json> {
    const bytes = Array.isArray(rows) ? csv(rows) : rows;
    const draft = await upload('客户.csv', bytes, undefined, client);
    expect(draft.status, JSON.stringify(draft.body)).toBe(201);
    const ready = Object.keys(options).length > 0 ? await change(draft.body, options, client) : draft.body;
    return run(ready, client);
  }

  const errorsOf = async (item: Json, client: Client = app().admin, lang = 'zh-CN'): Promise<Json[]> =>
    (await client.get(`/imports/${item.id}/errors?limit=200`, { 'accept-language': lang })).body.items;

  async function undo(item: Json): Promise<Json> {
    const answer = await app().admin.send('POST', `/imports/${item.id}/undoing`);
    expect(answer.status, JSON.stringify(answer.body)).toBe(202);
    await app().drain();
    return (await app().admin.get(`/imports/${item.id}`)).body;
  }

  const fields =
    'name,phones,emails,websites,country,continent,grade,remark,cardDate,authorName,uscc,postcode,foundedOn';
  async function find(name: string, client: Client = app().admin): Promise<Json[]> {
    const filter = encodeURIComponent(JSON.stringify({ field: 'name', op: 'eq', value: name }));
    const answer = await client.get(`/customers?filter=${filter}&fields=${fields}&limit=50`);
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    return answer.body.items;
  }
  const people = async (customerId: string): Promise<Json[]> =>
    (await app().admin.get(`/contacts?customerId=${customerId}`)).body.items;

  const figures = (item: Json) => {
    const { created, updated, skipped, failed } = item.rows;
    return { created, updated, skipped, failed };
  };
  return { upload, change, run, importRows, errorsOf, undo, find, people, figures };
}

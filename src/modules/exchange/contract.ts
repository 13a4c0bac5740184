import { z } from 'zod';
import { condition } from '#shared/conditions.ts';
import { endpoint } from '#shared/endpoint.ts';
import { languages } from '#shared/languages.ts';
import { idParams, pageOf, pageQuery } from '#shared/pages.ts';

const tag = 'exchange';
export const exportShape = z.strictObject({
  id: z.string(),
  version: z.number().int(),
  format: z.enum(['xlsx', 'csv', 'pdf', 'vcf']),
  /** What the rows are: customers, answers of a form … */
  what: z.strictObject({ zh: z.string(), en: z.string() }),
  purpose: z.string(),
  state: z.enum(['waiting', 'queued', 'running', 'done', 'failed', 'cancelled', 'refused', 'expired', 'withdrawn']),
  encrypted: z.boolean(),
  rows: z.number().nullable(),
  jobId: z.string().nullable(),
  approvalId: z.string().nullable(),
  ready: z.boolean(),
  createdAt: z.string(),
});
export type ExportView = z.infer<typeof exportShape>;

/** Why the data leave, shown to the approver and kept in the log; and the password of a workbook (xlsx only). */
const asked = {
  purpose: z.string().trim().min(4).max(500),
  password: z.string().min(8).max(100).optional(),
};

export const startExport = endpoint({
  method: 'POST',
  path: '/exports',
  tag,
  summary: 'Export the customers one may see and the fields one may read; above the role’s limit it waits for approval',
  access: 'customer:export',
  status: 202,
  idempotent: true,
  body: z.strictObject({
    query: z.strictObject({
      filter: condition.optional(),
      q: z.string().max(200).optional(),
      state: z.enum(['active', 'trashed']).default('active'),
      ids: z.array(z.uuid()).max(10_000).optional(),
    }),
    fields: z.array(z.string().max(60)).min(1).max(200),
    sort: z.string().max(60).default('name'),
    /**
     * `pdf`: the printable card of each customer, one A4 page each, at most 500; `vcf`: their people as vCards.
     * `fields` does not matter for either.
     */
    format: z.enum(['xlsx', 'csv', 'pdf', 'vcf']),
    ...asked,
  }),
  response: exportShape,
});
export const startSheetExport = endpoint({
  method: 'POST',
  path: '/exports/sheets',
  tag,
  summary:
    'Export something other than customers as a sheet (answers of a form …), under the same purpose, limit, approval and log',
  access: 'customer:export',
  status: 202,
  idempotent: true,
  body: z.strictObject({
    source: z.string().max(60),
    /** Which records, in the source’s own terms. */
    query: z.record(z.string().max(60), z.unknown()),
    format: z.enum(['xlsx', 'csv']),
    ...asked,
  }),
  response: exportShape,
});
export const listExports = endpoint({
  method: 'GET',
  path: '/exports',
  tag,
  summary: 'My exports, newest first',
  access: 'customer:export',
  query: z.strictObject(pageQuery),
  response: pageOf(exportShape),
});
export const getExport = endpoint({
  method: 'GET',
  path: '/exports/:id',
  tag,
  summary: 'One export of mine',
  access: 'customer:export',
  params: idParams,
  response: exportShape,
});
export const downloadExport = endpoint({
  method: 'GET',
  path: '/exports/:id/file',
  tag,
  summary: 'Download a finished export; the download is logged',
  access: 'customer:export',
  params: idParams,
  download: 'application/octet-stream',
  response: z.unknown(),
});

/** A card in words, as it is printed. */
export const cardSheetShape = z.strictObject({
  id: z.string(),
  name: z.string(),
  number: z.string(),
  grade: z.string().nullable(),
  kind: z.string(),
  owner: z.string().nullable(),
  author: z.string().nullable(),
  createdAt: z.string(),
  updatedAt: z.string(),
  sections: z.array(
    z.strictObject({
      label: z.string(),
      items: z.array(z.strictObject({ label: z.string(), value: z.string(), unverified: z.boolean() })),
    }),
  ),
  headings: z.array(z.string()),
  people: z.array(z.array(z.string())),
  /** People of the customer there was no room for. */
  morePeople: z.number().int(),
  /** Stand across the page. */
  printedBy: z.string(),
  printedAt: z.string(),
  /** Where the days and times on the sheet are counted. */
  timeZone: z.string(),
});
export type CardSheet = z.infer<typeof cardSheetShape>;

/** Characters beyond which a value on a printed card takes the whole width. */
export const wideText = 60;
/** What is printed of a value at most; less where the card would not fit its page in the smallest letters. */
const textLengths = [400, 200, 100, 50, 25] as const;
export type TextLength = (typeof textLengths)[number];

/** A value on a card of one page: the end of a long one is left out, and that is seen. */
export const sheetText = (value: string, most: TextLength = textLengths[0]): string =>
  value.length > most ? `${value.slice(0, most).toWellFormed()}…` : value;

/** Fewer people than there is room for usually, where even the shortest values leave none. */
const fewerPeople = [10, 5];

/** A card for its one page, the fullest first: values end earlier, and at last there are fewer people. */
export function sheetVersions(sheet: CardSheet): { sheet: CardSheet; most: TextLength }[] {
  const values = [
    ...sheet.sections.flatMap((section) => section.items.map((item) => item.value)),
    ...sheet.people.flat(),
  ];
  const longest = Math.max(0, ...values.map((value) => value.length));
  const lengths = textLengths.filter((most, index) => index === 0 || most < longest);
  const most = lengths.at(-1) ?? textLengths[0];
  return [
    ...lengths.map((length) => ({ sheet, most: length })),
    ...fewerPeople
      .filter((people) => people < sheet.people.length)
      .map((people) => ({
        sheet: {
          ...sheet,
          people: sheet.people.slice(0, people),
          morePeople: sheet.morePeople + sheet.people.length - people,
        },
        most,
      })),
  ];
}

export const printCard = endpoint({
  method: 'GET',
  path: '/customers/:id/sheet',
  tag,
  summary: 'The printable card in words, in the caller’s language; logged as a print',
  access: 'customer:print',
  params: idParams,
  response: cardSheetShape,
});
export const printCardPdf = endpoint({
  method: 'GET',
  path: '/customers/:id/card.pdf',
  tag,
  summary: 'The printable card as a one-page A4 PDF with a watermark; logged as a print',
  access: 'customer:print',
  params: idParams,
  rateLimit: 60,
  query: z.strictObject({ lang: z.enum(languages).optional() }),
  download: 'application/pdf',
  response: z.unknown(),
});

/** What most phones read comes first. */
export const vcardVersions = ['3.0', '4.0', '2.1'] as const;
export const customerVcard = endpoint({
  method: 'GET',
  path: '/customers/:id/people.vcf',
  tag,
  summary: 'The customer’s people as vCards (4.0, 3.0 or 2.1); logged as an export',
  access: 'customer:export',
  params: idParams,
  query: z.strictObject({ version: z.enum(vcardVersions).default(vcardVersions[0]) }),
  download: 'text/vcard',
  response: z.unknown(),
});

import { z } from 'zod';
import { endpoint } from '#shared/endpoint.ts';
import { customerKinds } from '#shared/fields.ts';
import { idParams, pageOf, pageQuery } from '#shared/pages.ts';

const tag = 'collection';
const cell = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** What happens to a row that is already known: a customer by phone, email, code or name; a purchase by its number or content. */
export const duplicateModes = ['skip', 'update', 'fill', 'create'] as const;

export const importOptions = z.strictObject({
  /** Name of the workbook's sheet; empty when the file is no workbook. */
  sheet: z.string().max(200),
  headerRow: z.number().int().min(1).max(1000),
  /** Column number from 0 → `customer.<field>`, `contact.<field>` or another column of the target; one left out is not imported. */
  mapping: z.record(z.string().regex(/^\d{1,4}$/), z.string().max(80)),
  duplicates: z.enum(duplicateModes),
  kind: z.enum(customerKinds),
  /** Owner of new customers: the importer, one person, whoever a column names, or nobody (assignment rules, public pool). */
  owner: z.strictObject({
    way: z.enum(['me', 'person', 'column', 'none']),
    personId: z.uuid().nullable().optional(),
  }),
});
export type ImportOptions = z.infer<typeof importOptions>;

export const importShape = z.strictObject({
  id: z.string(),
  version: z.number().int(),
  fileName: z.string(),
  /** What the rows become: `customer` (with its contact) or `purchase`. */
  target: z.string(),
  state: z.enum(['draft', 'queued', 'running', 'done', 'failed', 'cancelled', 'undoing', 'undone']),
  options: importOptions,
  /** Names of the sheets that can be chosen. */
  sheets: z.array(z.string()),
  columns: z.array(z.strictObject({ index: z.number().int(), heading: z.string(), samples: z.array(z.string()) })),
  preview: z.array(z.array(cell)),
  jobId: z.string().nullable(),
  rows: z.strictObject({
    total: z.number().nullable(),
    done: z.number(),
    created: z.number(),
    updated: z.number(),
    skipped: z.number(),
    failed: z.number(),
  }),
  undo: z
    .strictObject({
      undone: z.number(),
      keptCount: z.number(),
      kept: z.array(z.strictObject({ customerId: z.string(), name: z.string(), fields: z.array(z.string()) })),
    })
    .nullable(),
  /** The import whose wrong rows this one takes up again, and the one that takes up those of this. */
  repeatOf: z.string().nullable(),
  repeatedBy: z.string().nullable(),
  createdAt: z.string(),
  finishedAt: z.string().nullable(),
});
export type ImportView = z.infer<typeof importShape>;

export const uploadImport = endpoint({
  method: 'POST',
  path: '/imports',
  tag,
  summary:
    'Upload a sheet (xlsx, xls, csv); its headings are recognised and the first rows shown. Form fields: file, password',
  access: 'import:run',
  status: 201,
  upload: true,
  rateLimit: 60,
  response: importShape,
});
export const listImportTargets = endpoint({
  method: 'GET',
  path: '/import-targets',
  tag,
  summary: 'What sheets can be imported into, and the columns each takes',
  access: 'import:run',
  response: z.strictObject({
    items: z.array(
      z.strictObject({
        key: z.string(),
        modes: z.array(z.enum(duplicateModes)),
        columns: z.array(
          z.strictObject({
            key: z.string(),
            label: z.strictObject({ zh: z.string(), en: z.string() }),
            group: z.enum(['customer', 'contact', 'purchase']),
          }),
        ),
      }),
    ),
  }),
});
export const listImports = endpoint({
  method: 'GET',
  path: '/imports',
  tag,
  summary: 'My imports, newest first',
  access: 'import:run',
  query: z.strictObject(pageQuery),
  response: pageOf(importShape),
});
export const getImport = endpoint({
  method: 'GET',
  path: '/imports/:id',
  tag,
  summary: 'One import',
  access: 'import:run',
  params: idParams,
  response: importShape,
});
export const updateImport = endpoint({
  method: 'PATCH',
  path: '/imports/:id',
  tag,
  summary: 'Correct mapping and options before the start',
  access: 'import:run',
  params: idParams,
  ifMatch: true,
  body: importOptions.partial().extend({ target: z.string().max(40).optional() }),
  response: importShape,
});
export const startImport = endpoint({
  method: 'POST',
  path: '/imports/:id/start',
  tag,
  summary: 'Run the import as a background job',
  access: 'import:run',
  params: idParams,
  status: 202,
  ifMatch: true,
  response: importShape,
});
export const undoImport = endpoint({
  method: 'POST',
  path: '/imports/:id/undoing',
  tag,
  summary: 'Undo the whole import, updates included; what somebody changed since stays and is listed',
  access: 'import:run',
  params: idParams,
  status: 202,
  response: importShape,
});

const wrongCell = z.strictObject({
  row: z.number().int(),
  column: z.string(),
  value: z.string(),
  code: z.string(),
  message: z.string(),
});
export const importErrors = endpoint({
  method: 'GET',
  path: '/imports/:id/errors',
  tag,
  summary: 'Every wrong cell with row, column, value and reason',
  access: 'import:run',
  params: idParams,
  query: z.strictObject(pageQuery),
  response: pageOf(wrongCell),
});
export const rejectedRows = endpoint({
  method: 'GET',
  path: '/imports/:id/rejected-rows',
  tag,
  summary: 'The wrong rows as a sheet with a reason column, to correct and import again',
  access: 'import:run',
  params: idParams,
  download: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  response: z.unknown(),
});

export const unknownChoices = endpoint({
  method: 'GET',
  path: '/imports/:id/unknown-choices',
  tag,
  summary: 'Words in wrong cells that are no option of their field, the most frequent first, at most 200',
  access: 'import:run',
  params: idParams,
  response: z.strictObject({
    items: z.array(
      z.strictObject({ target: z.string(), heading: z.string(), value: z.string(), rows: z.number().int() }),
    ),
  }),
});

const choiceMeaning = z.strictObject({
  /** `customer.<field>` or `contact.<field>`. */
  target: z.string().max(80),
  value: z.string().min(1).max(200),
  /** Key of an option; null: it is none, and is written into the remarks. */
  meaning: z.string().max(200).nullable(),
});
export type ChoiceMeaning = z.infer<typeof choiceMeaning>;
export const repeatImport = endpoint({
  method: 'POST',
  path: '/imports/:id/repetition',
  tag,
  summary:
    'Import the wrong rows again, with words explained that are no option; the explanations are kept for later sheets',
  access: 'import:run',
  params: idParams,
  idempotent: true,
  status: 202,
  body: z.strictObject({ meanings: z.array(choiceMeaning).max(200).default([]) }),
  response: importShape,
});

export const skippedRows = endpoint({
  method: 'GET',
  path: '/imports/:id/skipped-rows',
  tag,
  summary: 'Rows left out because they are there already, with the customer where the caller may see it',
  access: 'import:run',
  params: idParams,
  query: z.strictObject(pageQuery),
  response: pageOf(
    z.strictObject({
      row: z.number().int(),
      label: z.string(),
      reason: z.enum(['known', 'same', 'unreachable']),
      because: z.string().nullable(),
      customer: z.strictObject({ id: z.string(), number: z.string(), name: z.string() }).nullable(),
    }),
  ),
});

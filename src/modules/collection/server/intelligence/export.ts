import { z } from 'zod';
import type { Context } from '#platform/context.ts';
import type { Translator } from '#platform/i18n/index.ts';
import type { Cell } from '#platform/sheets/cells.ts';
import type { ExportSource } from '#platform/sheets/source.ts';
import type { SheetColumn } from '#platform/sheets/write.ts';
import { minorDigits } from '#shared/money.ts';
import { type IntelligenceView, intelligenceFilter } from '../../intelligence-contract.ts';
import { countNotes, listNotes } from './notes.ts';

const query = z.strictObject(intelligenceFilter);
type Query = z.infer<typeof query>;
const pageSize = 200;

interface Column extends SheetColumn {
  cell(note: IntelligenceView): Cell;
}

function columnsOf(context: Context, translate: Translator): Column[] {
  const t = (key: string) => translate(context.lang, key);
  const word = (key: string) => t(`collection.intelligence.${key}`);
  const amount = (note: IntelligenceView) =>
    note.costMinor === null ? null : note.costMinor / 10 ** minorDigits(note.currency ?? 'CNY');
  return [
    { header: word('subject'), type: 'text', cell: (note) => word(`subjects.${note.subject}`) },
    { header: word('name'), type: 'text', width: 28, cell: (note) => note.subjectName },
    { header: word('item'), type: 'text', width: 40, cell: (note) => note.item },
    { header: word('content'), type: 'text', width: 60, cell: (note) => note.content },
    { header: word('method'), type: 'text', cell: (note) => t(`ui.source.${note.method}`) },
    { header: word('source'), type: 'text', cell: (note) => note.source },
    { header: word('reliability'), type: 'text', cell: (note) => `${note.reliability}${note.credibility}` },
    { header: word('cost'), type: 'number', cell: amount },
    { header: word('currency'), type: 'text', cell: (note) => note.currency },
    { header: word('collectedOn'), type: 'date', cell: (note) => note.collectedOn },
    { header: word('expiresOn'), type: 'date', cell: (note) => note.expiresOn },
    { header: word('sensitivity'), type: 'text', cell: (note) => t(`ui.sensitivity.${note.sensitivity}`) },
    { header: word('author'), type: 'text', cell: (note) => note.authorName },
  ];
}

/** Intelligence as a sheet: what the list shows, as far as the asker is cleared. */
export const intelligenceSource = (translate: Translator): ExportSource<Query> => ({
  key: 'intelligence',
  label: { zh: '情报', en: 'Intelligence' },
  permission: 'intelligence:read',
  query,
  async describe(_context, asked) {
    const { state, ...filter } = asked;
    return (
      Object.values({ ...filter, ...(state === 'active' ? {} : { state }) })
        .join(' ')
        .slice(0, 500) || '*'
    );
  },
  count: (context, asked, limit) => countNotes(context, { ...asked, leaving: true }, limit),
  columns: async (context) => columnsOf(context, translate),
  async page(context, asked, cursor) {
    const columns = columnsOf(context, translate);
    const page = await listNotes(context, { ...asked, leaving: true, cursor, limit: pageSize });
    return {
      rows: page.items.map((note) => columns.map((column) => column.cell(note))),
      nextCursor: page.nextCursor,
    };
  },
});

import type { Content, TableCell } from 'pdfmake/interfaces';
import type { Translator } from '#platform/i18n/index.ts';
import { renderPdf } from '#platform/pdf/render.ts';
import { clockText } from '#shared/dates/zoned.ts';
import type { Lang } from '#shared/languages.ts';
import { type CardSheet, sheetText, sheetVersions, type TextLength, wideText } from '../../contract.ts';

const columns = 3;
/** Of the column of headings: room for the longest word, which would be cut in two. */
const headingWidth: Record<Lang, string> = { 'zh-CN': '11%', 'en-US': '17%' };

/** Day and time as people here write them. */
const time = (at: string, { timeZone }: CardSheet) => clockText(new Date(at), timeZone);

/** One page: header, sections in three columns of label and value, people, room for notes by hand. `most`: letters of a value. */
function page(sheet: CardSheet, lang: Lang, translate: Translator, most: TextLength): Content {
  const t = (key: string, params?: Record<string, string | number>) => translate(lang, `exchange.print.${key}`, params);
  const facts = [
    sheet.number,
    translate(lang, `ui.kind.${sheet.kind}`),
    sheet.grade ? `${t('grade')} ${sheet.grade}` : '',
    sheet.owner ? `${t('owner')} ${sheet.owner}` : '',
    `${t('author')} ${sheet.author ?? '—'} ${time(sheet.createdAt, sheet).slice(0, 10)}`,
    `${t('updated')} ${time(sheet.updatedAt, sheet).slice(0, 10)}`,
  ];
  const content: Content[] = [
    { text: sheet.name, fontSize: 16, bold: true },
    { text: facts.filter((fact) => fact !== '').join('   ·   '), color: '#444444', margin: [0, 2, 0, 6] },
  ];
  for (const section of sheet.sections) {
    const cells = section.items.map((item) => {
      const value = sheetText(item.value, most);
      const label = { text: `${item.label}${item.unverified ? '*' : ''}  `, color: '#666666' };
      return { cell: { text: [label, { text: value }] }, wide: value.length > wideText };
    });
    const short = cells.filter(({ wide }) => !wide).map(({ cell }) => cell);
    const body: TableCell[][] = [];
    for (let start = 0; start < short.length; start += columns) {
      const row = short.slice(start, start + columns);
      // The last of a row may use the rest of it.
      const rest = columns - row.length;
      const cells = row.map((cell, index) => (index === row.length - 1 ? { ...cell, colSpan: rest + 1 } : cell));
      body.push(['', ...cells, ...Array.from({ length: rest }, (): TableCell => '')]);
    }
    for (const { cell } of cells.filter(({ wide }) => wide)) {
      body.push(['', { ...cell, colSpan: columns }, ...Array.from({ length: columns - 1 }, (): TableCell => '')]);
    }
    // Beside its values a heading costs no line of the page.
    if (body[0]) body[0][0] = { text: section.label, bold: true, color: '#1554ad', rowSpan: body.length };
    content.push({
      table: { widths: [headingWidth[lang], ...Array.from({ length: columns }, () => '*')], body },
      layout: 'thin',
    });
  }
  if (sheet.people.length > 0) {
    content.push({ text: t('people'), bold: true, color: '#1554ad', margin: [0, 6, 0, 2] });
    content.push({
      table: {
        headerRows: 1,
        // A name stays on its line, however much the others have to say.
        widths: sheet.headings.map((_, index) => (index === 0 ? 'auto' : '*')),
        body: [
          sheet.headings.map((heading): Content => ({ text: heading, color: '#666666', noWrap: true })),
          ...sheet.people.map((row) =>
            row.map(
              (value, index): Content => ({ text: sheetText(value, most), noWrap: index === 0 && value.length <= 20 }),
            ),
          ),
        ],
      },
      layout: 'thin',
    });
    if (sheet.morePeople > 0)
      content.push({ text: t('morePeople', { n: sheet.morePeople }), color: '#666666', margin: [0, 2, 0, 0] });
  }
  if (sheet.sections.some((section) => section.items.some((item) => item.unverified)))
    content.push({ text: t('unverified'), color: '#666666', margin: [0, 6, 0, 0] });
  // Last: what is left of the page is room to write.
  content.push({ text: t('notes'), bold: true, color: '#1554ad', margin: [0, 8, 0, 2] });
  return { stack: content };
}

/** The cards as one PDF, one A4 page each, with who printed it and when across every page. */
export function cardPdf(sheets: CardSheet[], lang: Lang, translate: Translator, signal?: AbortSignal): Promise<Buffer> {
  const first = sheets[0];
  const stamp = first ? `${first.printedBy} ${time(first.printedAt, first)}` : '';
  return renderPdf(
    {
      title:
        sheets.length === 1 && first ? `${first.number} ${first.name}` : translate(lang, 'exchange.print.cardsTitle'),
      pages: sheets.map((card) => sheetVersions(card).map(({ sheet, most }) => page(sheet, lang, translate, most))),
      sizes: [10, 9, 8, 7, 6],
      watermark: stamp,
      footer: translate(lang, 'exchange.print.footer', { stamp }),
    },
    signal,
  );
}

import type { Content, TableCell } from 'pdfmake/interfaces';
import type { Translator } from '#platform/i18n/index.ts';
import { renderPdf } from '#platform/pdf/render.ts';
import type { Lang } from '#shared/languages.ts';
import { type FrozenContent, type FrozenQuestion, paperNumbers, textIn } from '../../form-content.ts';

type Draw = Extract<Content, { canvas: unknown }>['canvas'][number];
/** A new one each time: setting the page moves what it is given. */
const square = (): Draw => ({ type: 'rect', x: 0, y: 2, w: 8, h: 8, lineWidth: 0.7 });
const width = 531;
/** What the columns of a table of answers share: the rest is for the names of its rows. */
const columnsRoom = 380;
/** Characters of options that surely fit on one page with their question. */
const onePage = 700;
const rule = (length: number): Content => ({
  canvas: [{ type: 'line', x1: 0, y1: 14, x2: length, y2: 14, lineWidth: 0.5, lineColor: '#555555' }],
  margin: [0, 0, 0, 4],
});
const lines = (count: number): Content => ({ stack: Array.from({ length: count }, () => rule(width)) });

/** Boxes to tick, as many in a line as fit. */
function boxes(labels: string[]): Content {
  const longest = Math.max(1, ...labels.map((label) => [...label].length));
  const across = Math.max(1, Math.min(6, Math.floor(44 / (longest + 3))));
  const rows: TableCell[][] = [];
  for (let start = 0; start < labels.length; start += across) {
    const row: TableCell[] = labels.slice(start, start + across).map((label) => ({
      columns: [
        { canvas: [square()], width: 12 },
        { text: label, width: '*' },
      ],
    }));
    while (row.length < across) row.push('');
    rows.push(row);
  }
  return { table: { widths: Array.from({ length: across }, () => '*'), body: rows }, layout: 'noBorders' };
}

/** Beyond this many options a list is written, not ticked. */
const mostBoxes = 24;

function room(item: FrozenQuestion, lang: Lang): Content {
  const named = (list: FrozenQuestion['options']) => (list ?? []).map((one) => textIn(one.label, lang));
  switch (item.type) {
    case 'single':
    case 'multiple':
      return boxes(named(item.options));
    case 'scale':
    case 'nps': {
      const [min, max] = item.type === 'nps' ? [0, 10] : [item.min ?? 1, item.max ?? 5];
      return {
        columns: Array.from({ length: max - min + 1 }, (_, step) => ({
          columns: [
            { canvas: [square()], width: 11 },
            { text: String(min + step), width: 'auto' },
          ],
          width: 36,
        })),
        margin: [0, 3, 0, 4],
      } as Content;
    }
    case 'matrix':
      return {
        table: {
          widths: ['*', ...named(item.options).map((_text, _at, all) => Math.min(54, columnsRoom / all.length - 8))],
          body: [
            ['', ...named(item.options)],
            ...named(item.rows).map((label): TableCell[] => [
              label,
              ...(item.options ?? []).map((): TableCell => ({ canvas: [square()] })),
            ]),
          ],
        },
        layout: 'lightHorizontalLines',
      };
    case 'text':
      return lines((item.maxLength ?? 1000) > 200 ? 3 : 1);
    case 'field': {
      const field = item.definition;
      const options = field?.options ?? [];
      if (field?.type === 'boolean') return boxes(lang === 'en-US' ? ['Yes', 'No'] : ['是', '否']);
      if (field && ['choice', 'multichoice'].includes(field.type) && options.length > 0 && options.length <= mostBoxes)
        return boxes(options.map((one) => (lang === 'en-US' ? one.en : one.zh)));
      return lines(field?.type === 'longtext' || field?.type === 'addresses' ? 2 : 1);
    }
    default:
      return lines(1);
  }
}

/** The form to be filled in by hand: same questions, same order, lines to write on and boxes to tick. */
export function paperPdf(content: FrozenContent, company: string, lang: Lang, translate: Translator): Promise<Buffer> {
  const t = (key: string) => translate(lang, `collection.forms.paper.${key}`);
  const questions = content.questions.filter((item) => item.type !== 'file');
  const numbers = paperNumbers(questions);
  const titleOf = (item: FrozenQuestion) =>
    item.title.zh === '' && item.definition ? textIn(item.definition.label, lang) : textIn(item.title, lang);
  const stack: Content[] = [
    { text: company, color: '#444444' },
    { text: textIn(content.title, lang), fontSize: 16, bold: true, margin: [0, 2, 0, 4] },
  ];
  if (content.intro.zh !== '') stack.push({ text: textIn(content.intro, lang), margin: [0, 0, 0, 6] });
  for (const item of questions) {
    if (item.type === 'heading') {
      stack.push({ text: titleOf(item), bold: true, fontSize: 11, color: '#1554ad', margin: [0, 8, 0, 3] });
      continue;
    }
    const on = item.showIf ? numbers.get(item.showIf.question) : undefined;
    const hint = [
      on ? translate(lang, 'collection.forms.paper.branch', { number: on }) : '',
      item.type === 'multiple' || item.definition?.type === 'multichoice' ? t('several') : '',
      textIn(item.help, lang),
    ].filter((text) => text !== '');
    const written = [...(item.options ?? []), ...(item.rows ?? [])].map((one) => textIn(one.label, lang)).join('');
    stack.push({
      unbreakable: written.length < onePage,
      margin: [0, 3, 0, 2],
      stack: [
        {
          text: [
            { text: `${numbers.get(item.id)}. ${titleOf(item)}${item.required ? ' *' : ''}`, bold: true },
            { text: hint.length > 0 ? `   ${hint.join(' ')}` : '', color: '#555555' },
          ],
        },
        room(item, lang),
      ],
    });
  }
  if (content.consent.zh !== '')
    stack.push({
      unbreakable: true,
      margin: [0, 10, 0, 0],
      stack: [
        { text: `${t('purpose')}${textIn(content.purpose, lang)}` },
        { text: textIn(content.consent, lang), margin: [0, 3, 0, 6] },
        { columns: [{ canvas: [square()], width: 12 }, { text: t('agree') }] },
      ],
    });
  stack.push({
    margin: [0, 14, 0, 0],
    columns: [{ text: `${t('signature')}__________________` }, { text: `${t('date')}__________________` }],
  });
  return renderPdf({
    title: textIn(content.title, lang),
    pages: [[{ stack }]],
    sizes: [10],
    footer: textIn(content.title, lang),
  });
}

import { plainText } from './workbook.ts';

/** A number format that writes digits and what stands between them, as codes have it: `000000`, `000-0000-0000`, `"No."0000`. */
const ofCode = /^(?:[-() /]|\\.|"[^"]*"|0){2,}$/;

/** Whether the format shows a number as a code: with its leading zeros it is another value than the number in the cell. */
export const isCodeFormat = (format: string): boolean => {
  const [first = ''] = format.split(';');
  return ofCode.test(first) && first.replace(/\\.|"[^"]*"/g, '').split('0').length > 2;
};

/** Formats of codes by the number of the cell style that has them. */
export function codeFormats(styles: string): Map<number, string> {
  const formats = new Map(
    [...styles.matchAll(/<numFmt\s[^>]*>/g)].flatMap(([tag]) => {
      const id = /\snumFmtId="(\d+)"/.exec(tag)?.[1];
      const format = plainText(/\sformatCode="([^"]*)"/.exec(tag)?.[1] ?? '');
      return id && isCodeFormat(format) ? [[id, format] as const] : [];
    }),
  );
  const cellStyles = /<cellXfs[\s>][\s\S]*?<\/cellXfs>/.exec(styles)?.[0] ?? '';
  return new Map(
    [...cellStyles.matchAll(/<xf\s[^>]*>/g)].flatMap(([tag], index) => {
      const format = formats.get(/\snumFmtId="(\d+)"/.exec(tag)?.[1] ?? '');
      return format ? [[index, format] as const] : [];
    }),
  );
}

/** A sheet with a cell longer than this is handed on as it is. */
const longestCell = 10_000_000;

/** The sheet's XML with numbers of such styles written as the text a person sees. */
export async function* withShownCodes(
  xml: AsyncIterable<Buffer>,
  formats: Map<number, string>,
): AsyncGenerator<Buffer> {
  const { formatValue } = await import('hucre');
  const shown = (cell: string, attributes: string, formula: string, value: string): string => {
    const format = formats.get(Number(/(?:^|\s)s="(\d+)"/.exec(attributes)?.[1] ?? -1));
    if (!format || value === '' || /(?:^|\s)t="(?!n")/.test(attributes)) return cell;
    // The bytes around are read as they are.
    const written = formatValue(Number(value), format).replaceAll('&', '&amp;').replaceAll('<', '&lt;');
    const text = Buffer.from(written).toString('latin1');
    return `<c ${attributes.replace(/\bt="n"/, '')} t="str">${formula}<v>${text}</v>`;
  };
  const write = (text: string) =>
    Buffer.from(text.replace(/<c\s([^>]*)>((?:<f[^>]*\/>|<f[^>]*>[^<]*<\/f>)?)<v>([^<]*)<\/v>/g, shown), 'latin1');
  let rest = '';
  for await (const piece of xml) {
    const text = rest + piece.toString('latin1');
    // Up to the end of the last whole cell.
    const end = text.length > longestCell ? text.length : text.lastIndexOf('</c>') + 1;
    rest = text.slice(end);
    yield write(text.slice(0, end));
  }
  yield write(rest);
}

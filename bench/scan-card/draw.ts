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
export type Treatment = (typeof treatments)[number] | 'plain';

const long = 1062;
const short = 640;

function face(truth: CardTruth, dark: boolean, upright: boolean): Buffer {
  const [width, height] = upright ? [short, long] : [long, short];
  const file = import.meta.resolve('@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf');
  if (!GlobalFonts.has('Card')) GlobalFonts.registerFromPath(fileURLToPath(file), 'Card');
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  context.fillStyle = dark ? '#1c2733' : '#fbfaf7';
  context.fillRect(0, 0, width, height);
  context.fillStyle = dark ? '#eef2f6' : '#20262e';
  const step = (height - 110) / truth.lines.length;
  for (const [index, line] of truth.lines.entries()) {
    const wanted = index === (truth.large ?? 0) ? 50 : 26;
    context.font = `${wanted}px Card`;
    // A long line is printed smaller, as on real cards.
    const fits = Math.min(1, (width - 110) / context.measureText(line).width);
    context.font = `${Math.floor(wanted * fits)}px Card`;
    context.fillText(line, 55, 80 + index * step);
  }
  return canvas.toBuffer('image/png');
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

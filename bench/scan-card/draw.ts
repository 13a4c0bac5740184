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
] as const;
export type Treatment = (typeof treatments)[number] | 'plain';

const width = 1062;
const height = 640;

function face(truth: CardTruth, dark: boolean): Buffer {
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
  const pixels = Buffer.alloc(width * height * 4);
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
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  context.fillStyle = '#6b5d4f';
  context.fillRect(0, 0, width, height);
  for (let row = 0; row < height; row += 1) {
    const inset = (1 - row / height) * width * 0.07;
    context.drawImage(image, 0, row, width, 1, inset, row, width - 2 * inset, 1);
  }
  return canvas.toBuffer('image/png');
}

/** A card as somebody photographs it. */
export async function drawCard(truth: CardTruth, treatment: Treatment): Promise<Buffer> {
  const picture = face(truth, treatment === 'dark');
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
    case 'perspective':
      return inPerspective(picture);
    case 'noisy':
      return sharp(picture)
        .composite([{ input: noise(70), raw: { width, height, channels: 4 } }])
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

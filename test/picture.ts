import { fileURLToPath } from 'node:url';
import { createCanvas, GlobalFonts } from '@napi-rs/canvas';

const font = (weight: string) =>
  fileURLToPath(import.meta.resolve(`@expo-google-fonts/noto-sans-sc/${weight}/NotoSansSC_${weight}.ttf`));

/** A printed business card: the first line large, the others below each other. */
export function cardPicture(name: string, lines: string[], size = { width: 1000, height: 600 }): Buffer {
  if (!GlobalFonts.has('Card')) GlobalFonts.registerFromPath(font('400Regular'), 'Card');
  const canvas = createCanvas(size.width, size.height);
  const context = canvas.getContext('2d');
  context.fillStyle = '#fdfdfb';
  context.fillRect(0, 0, size.width, size.height);
  context.fillStyle = '#1a2230';
  context.font = '60px Card';
  context.fillText(name, 60, 110);
  context.font = '30px Card';
  const step = (size.height - 180) / lines.length;
  for (const [index, line] of lines.entries()) context.fillText(line, 60, 190 + index * step);
  return canvas.toBuffer('image/png');
}

/** A card of columns, the first at the right, its characters below each other. */
export function verticalCard(lines: string[]): Buffer {
  if (!GlobalFonts.has('Card')) GlobalFonts.registerFromPath(font('400Regular'), 'Card');
  const canvas = createCanvas(1000, 640);
  const context = canvas.getContext('2d');
  context.fillStyle = '#fdfdfb';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = '#1a2230';
  context.font = '38px Card';
  for (const [column, line] of lines.entries())
    for (const [row, sign] of [...line].entries())
      context.fillText(sign, 880 - column * (800 / lines.length), 70 + row * 41);
  return canvas.toBuffer('image/png');
}

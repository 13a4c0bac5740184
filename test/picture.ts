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

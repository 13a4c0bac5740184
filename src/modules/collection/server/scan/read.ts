import { openTextReader, type TextReader } from '#platform/ocr/index.ts';
import type { BusinessCard } from './card.ts';
import { parseCard } from './parse.ts';

let reader: Promise<TextReader> | undefined;
/** The models stay loaded while the process lives: the next card then costs two or three seconds. */
const sharedReader = () => {
  reader ??= openTextReader();
  return reader;
};

/** Reads a photo of a business card. */
export async function readCard(picture: Uint8Array): Promise<{ card: BusinessCard; rotation: number; text: string[] }> {
  const { lines, rotation } = await (await sharedReader()).read(picture);
  const card = parseCard(
    lines.map(({ text, confidence, box }) => ({ text, confidence, height: box.bottom - box.top })),
  );
  return { card, rotation, text: lines.map((line) => line.text) };
}

import { readText } from '#platform/ocr/index.ts';
import type { BusinessCard } from './card.ts';
import { parseCard } from './parse.ts';

/** Reads a photo of a business card; two or three seconds, the first one a second more. */
export async function readCard(
  picture: Uint8Array,
  signal?: AbortSignal,
): Promise<{ card: BusinessCard; rotation: number; text: string[] }> {
  const { lines, rotation } = await readText(picture, signal);
  const card = parseCard(lines.map(({ text, confidence, letters }) => ({ text, confidence, height: letters })));
  return { card, rotation, text: lines.map((line) => line.text) };
}

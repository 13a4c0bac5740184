import { Problem } from '#shared/errors.ts';
import { photoLimit, pictureSide } from '#shared/pictures.ts';
import { preparePicture } from '../pictures/index.ts';
import type { NotUnderstood, VCard } from './parse.ts';

export interface VCardPhoto {
  /** JPEG, upright, without what the camera wrote into it. */
  bytes: Buffer;
  width: number;
  height: number;
}

/** The picture of a card as it would be kept; a wrong one is a line not understood and costs nothing else. */
export async function photoOf(card: VCard): Promise<VCardPhoto | NotUnderstood | null> {
  if (!card.photo) return null;
  const { line, base64 } = card.photo;
  const size = Math.floor((base64.length * 3) / 4);
  const wrong = (why: string): NotUnderstood => ({ line, text: `PHOTO (${size} B): ${why}`, reason: 'picture' });
  if (size > photoLimit) return wrong('tooLarge');
  try {
    return await preparePicture(Buffer.from(base64, 'base64'), pictureSide);
  } catch (error) {
    if (error instanceof Problem) return wrong(error.code.replace('picture.', ''));
    throw error;
  }
}

import { fileTypeFromBuffer } from 'file-type';
import { Problem } from '#shared/errors.ts';

/** 80 megapixels: more than any phone takes, far less than a file made to exhaust the memory unpacks to. */
const mostPixels = 80_000_000;
const readable = ['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/tiff', 'image/avif'];

/** What `preparePicture` refuses, named as the field of the request. */
const refused = (code: string, params?: Record<string, number>) => new Problem(422, code, { field: 'file', params });

/**
 * A photo as the product keeps it: upright, at most `longest` pixels a side, JPEG, without what cameras write into it
 * (place, device). The content decides, not the name; what is no picture, damaged or a bomb ends in a problem.
 */
export async function preparePicture(
  bytes: Uint8Array,
  longest: number,
): Promise<{ bytes: Buffer; width: number; height: number }> {
  const kind = (await fileTypeFromBuffer(bytes))?.mime;
  // Telephones of one maker write them; nothing free here reads them.
  if (kind && /^image\/hei[cf]/.test(kind)) throw refused('picture.heic');
  if (!kind || !readable.includes(kind)) throw refused('picture.notPicture');
  // Loaded when the first picture comes: the server starts without it.
  const { default: sharp } = await import('sharp');
  const head = await sharp(bytes, { limitInputPixels: false })
    .metadata()
    .catch(() => {
      throw refused('picture.damaged');
    });
  if (head.width * head.height > mostPixels)
    throw refused('picture.tooManyPixels', { width: head.width, height: head.height });
  if (Math.min(head.width, head.height) < 32) throw refused('picture.tooSmall');
  try {
    const { data, info } = await sharp(bytes, { limitInputPixels: mostPixels, failOn: 'error' })
      .autoOrient()
      .flatten({ background: '#ffffff' })
      .resize({ width: longest, height: longest, fit: 'inside', withoutEnlargement: true })
      .jpeg({ quality: 88 })
      .toBuffer({ resolveWithObject: true });
    return { bytes: data, width: info.width, height: info.height };
  } catch {
    throw refused('picture.damaged');
  }
}

/** A prepared picture turned clockwise. */
export async function turnPicture(bytes: Buffer, degrees: number): Promise<Buffer> {
  if (degrees % 360 === 0) return bytes;
  const { default: sharp } = await import('sharp');
  return sharp(bytes).rotate(degrees).jpeg({ quality: 88 }).toBuffer();
}

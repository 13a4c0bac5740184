import { photoMost } from '../../capture-contract.ts';
import { toBase64 } from '../../carry-seal.ts';

const longest = 1600;

/** A photo small enough to wait on the phone and to go in one request: at most 1600 pixels, JPEG, in base64. Throws when it is no picture. */
export async function smallPhoto(file: Blob): Promise<string> {
  const picture = await createImageBitmap(file);
  const shrink = Math.min(1, longest / Math.max(picture.width, picture.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(picture.width * shrink));
  canvas.height = Math.max(1, Math.round(picture.height * shrink));
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  for (const quality of [0.85, 0.7, 0.5, 0.3]) {
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality));
    if (!blob) break;
    const text = toBase64(new Uint8Array(await blob.arrayBuffer()));
    if (text.length <= photoMost) return text;
  }
  throw new Error('the picture cannot be made small enough');
}

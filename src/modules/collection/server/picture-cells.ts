import { savePictures } from '#modules/fields/index.ts';
import type { FileStore } from '#platform/files/store.ts';
import type { JobContext } from '#platform/jobs/kinds.ts';
import type { Cell } from '#platform/sheets/cells.ts';
import { pictureCell } from '#platform/vcard/rows.ts';

/** Rows of a vCard file with their pictures kept: each cell then names its picture, as any value of a picture field does. */
export async function keptPictures(job: JobContext, files: FileStore, rows: Cell[][]): Promise<Cell[][]> {
  const cells = rows.flatMap((row) => row.filter(isPicture));
  const ids = await savePictures(
    files,
    job.orgId,
    job.inTransaction,
    cells.map((cell) => ({ bytes: Buffer.from(cell.slice(pictureCell.length), 'base64'), name: 'vcard.jpg' })),
  );
  let at = 0;
  return rows.map((row) =>
    row.map((cell) => {
      if (!isPicture(cell)) return cell;
      at += 1;
      return ids[at - 1] ?? null;
    }),
  );
}

/** What a preview shows in place of the picture itself. */
export const pictureShown = (cell: Cell): Cell =>
  isPicture(cell) ? `JPEG, ${Math.ceil(((cell.length - pictureCell.length) * 3) / 4096)} kB` : cell;

const isPicture = (cell: Cell): cell is string => typeof cell === 'string' && cell.startsWith(pictureCell);

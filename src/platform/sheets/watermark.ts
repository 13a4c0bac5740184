import type { Cell } from './cells.ts';

const sign = '※ ';
/** The beginning of a watermark as it stands in the bytes of a sheet. */
export const watermarkBytes = Buffer.from(sign).toString('latin1');

/** How a person finds an export in the log by its watermark. */
export const exportNumber = (exportId: string): string => exportId.slice(-12);

/** The last row of a sheet that leaves: what is told in one line, the number of the export at its end. */
export const watermark = (told: string): string => sign + told.replace(/\s+/g, ' ');

/** Whether a row is a watermark of ours and no data, in whatever language it was written. */
export function isWatermark([first, ...others]: Cell[]): boolean {
  return (
    typeof first === 'string' &&
    first.startsWith(sign) &&
    /[0-9a-f]{12}$/.test(first) &&
    others.every((cell) => cell === null)
  );
}

import type { Cell } from './cells.ts';

export const isEmptyRow = (cells: Cell[]): boolean =>
  cells.every((cell) => cell === null || (typeof cell === 'string' && cell.trim() === ''));

/** What a spreadsheet shows where a formula failed. */
export const errorCell = /^#(?:N\/A|REF!|VALUE!|DIV\/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!)$/;

/** A number as digits, with the fifteen a spreadsheet keeps: never `1e+20`, nor the `0.30000000000000004` of a sum. */
export const plainNumber = (value: number): string =>
  Number.isInteger(value) ? BigInt(value).toString() : String(Number(value.toPrecision(15)));
/** Text a spreadsheet made of a long code when it was saved as text: the digits behind are gone. */
export const shortenedNumber = /^\d(?:\.\d+)?e\+\d{2,}$/i;
/** How people say that there is nothing. */
export const nothing = /^(?:[-—–/\\]+|无|暂无|没有|n\/a|none|null)$/i;

/** A spreadsheet's serial day (1900 system) as a date. */
export function serialDay(serial: number): string {
  if (serial < 1 || serial > 2_958_465) return String(serial);
  if (serial >= 19_000_101 && serial <= 21_001_231) return String(serial);
  return new Date(Date.UTC(1899, 11, 30) + Math.floor(serial) * 86_400_000).toISOString().slice(0, 10);
}

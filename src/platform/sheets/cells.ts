/** A cell as it leaves the reader: days as `YYYY-MM-DD`, errors as their text (`#N/A`), empty as null. */
export type Cell = string | number | boolean | null;

/** Everything that can be wrong with a sheet file; each is a message of its own. */
export const sheetProblems = [
  'sheet.unknownType',
  'sheet.empty',
  'sheet.tooLarge',
  'sheet.bomb',
  'sheet.broken',
  'sheet.passwordNeeded',
  'sheet.passwordWrong',
  'sheet.tooManyColumns',
  'sheet.timeout',
] as const;
export type SheetProblem = (typeof sheetProblems)[number];

export class SheetError extends Error {
  readonly code: SheetProblem;
  constructor(code: SheetProblem) {
    super(code);
    this.code = code;
  }
}

export const limits = {
  /** Bytes a workbook may unpack to: 100,000 rows of 15 columns are about 100 MB. */
  unpacked: 1_000_000_000,
  entries: 5000,
  columns: 1000,
  /** Sheets of a workbook that are looked into. */
  sheets: 30,
  /** Characters kept of one cell: more than any field takes, so that a longer one is told and not cut unseen. */
  cell: 40_000,
  /** Characters of one line of a text file. */
  record: 8_000_000,
  /** Readers at a time in one process; further files wait. */
  readers: 2,
  residentMb: 1200,
  memoryMb: 512,
  timeMs: 10 * 60_000,
};

/** Days after which things are destroyed, or can no longer be taken back. */
export const keptDays = {
  /** The file of an export; afterwards the export must be made, and justified, again. */
  exportFile: 7,
  /** The file of an import. */
  importFile: 90,
  /** The way back of a merge. */
  mergeUndo: 30,
  /** A picture of a business card nobody decided about. */
  cardPicture: 90,
  /** An uploaded picture no record has taken. */
  unusedPicture: 90,
  /** What each user looked at on a day, counted; the last thirty working days lie in them, long holidays included. */
  accessFigure: 62,
} as const;

/** What a spreadsheet calls a column counted from 0: A, B … Z, AA … */
export function columnLetter(index: number): string {
  const before = Math.floor(index / 26);
  return (before > 0 ? columnLetter(before - 1) : '') + String.fromCharCode(65 + (index % 26));
}

/** Each column's heading as people tell it from the others: with its letter where several have the same, the letter alone where it has none. */
export function columnNames(columns: { index: number; heading: string }[]): Map<number, string> {
  const same = Map.groupBy(columns, (column) => column.heading);
  return new Map(
    columns.map(({ index, heading }) => {
      if (heading === '') return [index, columnLetter(index)];
      return [index, same.get(heading)?.length === 1 ? heading : `${heading} (${columnLetter(index)})`];
    }),
  );
}

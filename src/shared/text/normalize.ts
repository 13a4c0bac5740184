const singleSpaced = (text: string) =>
  text
    .replace(/[\p{Cc}\u200b-\u200d\u2060\ufeff]+/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim();

/** For comparing: NFKC (full width to half width), single blanks, no blanks at the ends, no control characters. */
export const normalizeText = (text: string): string => singleSpaced(text.toWellFormed().normalize('NFKC'));

/** For keeping: letters and digits become half width, punctuation stays as typed: `（中国）` is part of a company's name. */
export const tidyText = (text: string): string =>
  singleSpaced(
    text
      .toWellFormed()
      .normalize('NFC')
      .replace(/[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]/g, (wide) => wide.normalize('NFKC')),
  );

/** The same for text with line breaks, which stay. */
export function normalizeLongText(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n\t]/gu, '')
    .trim();
}

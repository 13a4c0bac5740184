/** NFKC (full width to half width), single blanks, no blanks at the ends, no control characters. */
export function normalizeText(text: string): string {
  return text
    .toWellFormed()
    .normalize('NFKC')
    .replace(/[\p{Cc}\u200b-\u200d\u2060\ufeff]+/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim();
}

/** The same for text with line breaks, which stay. */
export function normalizeLongText(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n\t]/gu, '')
    .trim();
}

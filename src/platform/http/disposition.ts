/** Longest name of a file, in characters: what file systems take with Chinese in three bytes each. */
const longest = 80;

/** A file name of a record's name: what no file system takes is left out, the ending stays. */
export function fileName(title: string, ending: string): string {
  const bare = [
    ...title
      .toWellFormed()
      .replace(/[\p{Cc}\p{Cf}"*/:<>?\\|]/gu, ' ')
      .replace(/\s+/g, ' ')
      .replace(/^[ .]+/, ''),
  ];
  const short = bare
    .slice(0, longest)
    .join('')
    .replace(/[ .]+$/, '');
  return `${short || 'file'}.${ending}`;
}

/**
 * The header that names a download (RFC 6266): letters of every script as RFC 5987 has them, and an ASCII form for what reads
 * only that. A quotation mark or line end in a name cannot leave it.
 */
export function disposition(name: string, way: 'attachment' | 'inline' = 'attachment'): string {
  const whole = name.toWellFormed();
  const plain = whole.replace(/[^\x20-\x7e]/g, '_').replace(/["\\%]/g, '_');
  const encoded = encodeURIComponent(whole).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${way}; filename="${plain}"; filename*=UTF-8''${encoded}`;
}

/**
 * A page of our own to go to, out of an address a stranger may have written: its path, query and fragment, escaped; the start page
 * where another site is meant, in whatever spelling (`//site`, `/\site`, `/.//site`, with tabs between).
 */
export function ownPath(written: unknown): string {
  const here = 'http://here.invalid';
  if (typeof written !== 'string' || !written.startsWith('/') || !URL.canParse(written, here)) return '/';
  const { origin, pathname, search, hash } = new URL(written, here);
  return origin === here && !pathname.startsWith('//') ? pathname + search + hash : '/';
}

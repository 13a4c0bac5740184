type Store = 'localStorage' | 'sessionStorage';

/** What this browser remembers under a key; nothing where it may not be asked, as in a frame of another site. */
export function recall(key: string, store: Store = 'localStorage'): string | null {
  try {
    return window[store].getItem(key);
  } catch {
    return null;
  }
}

/** Remembers a text in this browser, or forgets it; a browser that keeps nothing still shows every page. */
export function remember(key: string, text: string | null, store: Store = 'localStorage'): void {
  try {
    if (text === null) window[store].removeItem(key);
    else window[store].setItem(key, text);
  } catch {
    // Blocked or full: what is not remembered is asked again.
  }
}

import { useEffect } from 'react';

/** The keyboard goes on where it was before a dialog: one that is taken away whole does not give the focus back by itself. */
export function useFocusReturn(): void {
  useEffect(() => {
    const app = document.getElementById('root');
    let last: HTMLElement | null = null;
    let above = false;
    // Dialogs, menus and what else lies above the page stand beside the app in the document.
    const remember = ({ target }: FocusEvent) => {
      above = target instanceof HTMLElement && !app?.contains(target);
      if (target instanceof HTMLElement && !above) last = target;
    };
    const observer = new MutationObserver(() => {
      if (!above || document.activeElement !== document.body) return;
      above = false;
      last?.focus();
    });
    document.addEventListener('focusin', remember);
    observer.observe(document.body, { childList: true });
    return () => {
      document.removeEventListener('focusin', remember);
      observer.disconnect();
    };
  }, []);
}

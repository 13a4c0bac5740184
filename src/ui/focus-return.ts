import { useEffect } from 'react';

const above =
  '[role=dialog], .ant-modal-root, .ant-drawer, .ant-dropdown, .ant-popover, .ant-select-dropdown, .ant-message';

/** The keyboard goes on where it was before a dialog: a dialog that is taken away whole does not give the focus back itself. */
export function useFocusReturn(): void {
  useEffect(() => {
    let last: HTMLElement | null = null;
    const remember = ({ target }: FocusEvent) => {
      if (target instanceof HTMLElement && !target.closest(above)) last = target;
    };
    const observer = new MutationObserver((changes) => {
      const gone = changes.some(({ removedNodes }) =>
        [...removedNodes].some(
          (node) => node instanceof HTMLElement && (node.matches(above) || node.querySelector(above)),
        ),
      );
      if (gone && document.activeElement === document.body) last?.focus();
    });
    document.addEventListener('focusin', remember);
    observer.observe(document.body, { childList: true });
    return () => {
      document.removeEventListener('focusin', remember);
      observer.disconnect();
    };
  }, []);
}

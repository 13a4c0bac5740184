import { useNavigate } from '@tanstack/react-router';
import { Modal } from 'antd';
import { type KeyboardEvent, type RefObject, useCallback, useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Command } from './module.ts';
import type { PaletteItem, PaletteProvider } from './palette-items.ts';
import { useCan } from './session.tsx';
import { useSlots } from './slots.tsx';

/** Search and actions by keyboard: type, arrows, Enter. */
export function Palette({
  commands,
  provider,
  typed,
  onClose,
}: {
  commands: Command[];
  provider: PaletteProvider;
  /** What was typed before the palette stood. */
  typed: RefObject<string>;
  onClose(): void;
}) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const can = useCan();
  const listId = useId();
  const [query, setQuery] = useState(typed.current);
  const [found, setFound] = useState<PaletteItem[]>([]);
  const [search, setSearch] = useState<'done' | 'running' | 'failed'>('done');
  const list = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);

  // The dialog exists to be typed into: its input takes the keyboard, and what was typed before, as soon as it stands.
  const input = useCallback(
    (element: HTMLInputElement | null) => {
      if (!element) return;
      setQuery(typed.current);
      element.focus();
    },
    [typed],
  );
  const { searches } = useSlots();
  const allowed = searches.filter((item) => can(item.permission)).map((item) => item.find);
  const finders = useRef([provider, ...allowed]);
  useEffect(() => {
    const abort = new AbortController();
    if (query.trim() === '') {
      setFound([]);
      setSearch('done');
      return;
    }
    setSearch('running');
    const timer = setTimeout(() => {
      void Promise.allSettled(finders.current.map((find) => find(query.trim(), abort.signal))).then((results) => {
        if (abort.signal.aborted) return;
        setFound(results.flatMap((result) => (result.status === 'fulfilled' ? result.value : [])));
        setSearch(results.some((result) => result.status === 'rejected') ? 'failed' : 'done');
        setActive(0);
      });
    }, 120);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [query]);

  const matching = commands
    .map((command) => ({ ...command, title: t(command.label), detail: t('ui.action') }))
    .filter(({ title, keywords = '' }) => `${title} ${keywords}`.toLowerCase().includes(query.trim().toLowerCase()));
  const items: PaletteItem[] = [...found, ...matching];
  // A shorter list may have come since.
  const at = Math.min(active, items.length - 1);
  // The keyboard must not lead to where one does not see.
  useEffect(() => {
    list.current?.children[at]?.scrollIntoView({ block: 'nearest' });
  }, [at]);
  const open = (item: PaletteItem | undefined) => {
    if (!item) return;
    onClose();
    void navigate({ to: item.path, search: item.search });
  };
  const onKey = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0 && items.length > 0) {
      event.preventDefault();
      setActive((at + step + items.length) % items.length);
    } else if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
      event.preventDefault();
      open(items[at]);
    }
  };
  return (
    <Modal
      open
      onCancel={onClose}
      footer={null}
      closable={false}
      title={<span className="visually-hidden">{t('ui.search')}</span>}
      width={640}
      className="palette"
      destroyOnHidden
    >
      <input
        ref={input}
        className="palette-input"
        role="combobox"
        aria-expanded="true"
        aria-controls={listId}
        aria-activedescendant={items[at] ? `${listId}-${at}` : undefined}
        aria-label={t('ui.search')}
        placeholder={t('ui.searchPlaceholder')}
        value={query}
        onChange={(event) => setQuery(event.target.value)}
        onKeyDown={onKey}
      />
      <div ref={list} className="palette-list" id={listId} role="listbox" aria-label={t('ui.results')}>
        {items.map((item, index) => (
          <div
            key={item.id}
            id={`${listId}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            className={index === at ? 'palette-item active' : 'palette-item'}
            // What scrolls under a mouse that lies still is not pointed at.
            onMouseMove={({ movementX, movementY }) => {
              if (movementX !== 0 || movementY !== 0) setActive(index);
            }}
            onClick={() => open(item)}
            onKeyDown={onKey}
          >
            <span>{item.title}</span>
            <span className="muted">{item.detail}</span>
          </div>
        ))}
      </div>
      <p className="muted" role="status">
        {search === 'failed'
          ? t('ui.searchFailed')
          : items.length > 0
            ? ''
            : search === 'done'
              ? t('ui.nothingFound')
              : '…'}
      </p>
    </Modal>
  );
}

import { useVirtualizer } from '@tanstack/react-virtual';
import { Checkbox, Select } from 'antd';
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { HeadCell } from './head-cell.tsx';
import { keepPlace, placeOf } from './kept-place.ts';

export interface GridColumn<R> {
  key: string;
  label: string;
  width: number;
  sortable: boolean;
  render(row: R): ReactNode;
}

export interface GridProps<R extends { id: string }> {
  /** Name of the grid for screen readers. */
  name: string;
  columns: GridColumn<R>[];
  rows: R[];
  /** `name` or `-name`. */
  sort: string;
  /** What the sorted field is called, which may be in no column. */
  sortLabel: string;
  onSort(sort: string): void;
  /** What a narrow screen, which has no heads, can be ordered by besides the columns. */
  orders?: { key: string; label: string }[];
  onResize(key: string, width: number): void;
  /** Asks for the next page when the end comes near. */
  onEnd(): void;
  loading: boolean;
  selected: Set<string>;
  onSelect(selected: Set<string>): void;
  onOpen(row: R): void;
  /** One row on a narrow screen. */
  card(row: R): ReactNode;
  narrow: boolean;
  empty: ReactNode;
  selectName(row: R): string;
}

const rowHeight = 38;

/** Table of any length: only visible rows are in the page, the next ones are fetched by keyset when they come near. */
export function DataGrid<R extends { id: string }>(props: GridProps<R>) {
  const {
    name,
    columns,
    rows,
    sort,
    sortLabel,
    onSort,
    orders: further = [],
    onResize,
    onEnd,
    loading,
    selected,
    onSelect,
    onOpen,
    card,
    narrow,
    empty,
    selectName,
  } = props;
  const { t } = useTranslation();
  const scroller = useRef<HTMLDivElement>(null);
  const [focused, setFocused] = useState(-1);
  const anchor = useRef(-1);
  const [left] = useState(() => placeOf(name));
  const virtual = useVirtualizer({
    initialOffset: left?.offset,
    initialMeasurementsCache: left?.sizes,
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (narrow ? 84 : rowHeight),
    overscan: 12,
    getItemKey: (index) => rows[index]?.id ?? index,
  });
  // Every render: also when another entry of the history, such as a card opened beside the list, goes on with this one.
  useEffect(() => keepPlace(name, { offset: virtual.scrollOffset ?? 0, sizes: virtual.measurementsCache }));
  const items = virtual.getVirtualItems();
  // A row scrolled out of sight is not in the page and cannot be pointed at.
  const drawn = items.some((item) => item.index === focused);
  const last = items.at(-1)?.index ?? -1;
  useEffect(() => {
    if (last >= rows.length - 15) onEnd();
  }, [last, rows.length, onEnd]);

  const toggle = (index: number, range: boolean) => {
    const next = new Set(selected);
    const [from, to] =
      range && anchor.current >= 0
        ? [Math.min(anchor.current, index), Math.max(anchor.current, index)]
        : [index, index];
    const on = !selected.has(rows[index]?.id ?? '');
    for (const row of rows.slice(from, to + 1)) on ? next.add(row.id) : next.delete(row.id);
    anchor.current = index;
    onSelect(next);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 400) / rowHeight) - 2);
    const steps: Record<string, number> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: page,
      PageUp: -page,
      Home: -rows.length,
      End: rows.length,
    };
    const step = steps[event.key];
    const row = rows[focused];
    if (step !== undefined) {
      event.preventDefault();
      const next = Math.max(0, Math.min(rows.length - 1, focused + step));
      setFocused(next);
      virtual.scrollToIndex(next);
    } else if (event.key === 'Enter' && row) {
      event.preventDefault();
      onOpen(row);
    } else if (event.key === ' ' && row) {
      event.preventDefault();
      toggle(focused, event.shiftKey);
    }
  };
  const chosen = rows.length > 0 && rows.every((row) => selected.has(row.id));
  const body = (
    <div style={{ height: virtual.getTotalSize(), position: 'relative' }} role={narrow ? 'list' : 'rowgroup'}>
      {items.map((item) => {
        const row = rows[item.index];
        if (!row) return null;
        const style = { transform: `translateY(${item.start}px)`, top: 0 };
        const box = (
          <Checkbox
            aria-label={t('ui.selectRow', { name: selectName(row) })}
            checked={selected.has(row.id)}
            onChange={(event) => toggle(item.index, event.nativeEvent.shiftKey === true)}
            onClick={(event) => event.stopPropagation()}
          />
        );
        if (narrow) {
          return (
            <div
              key={item.key}
              role="listitem"
              data-index={item.index}
              ref={virtual.measureElement}
              className="card-item dg-card"
              style={style}
            >
              {box}
              {card(row)}
            </div>
          );
        }
        return (
          <div
            key={item.key}
            id={`row-${row.id}`}
            role="row"
            aria-rowindex={item.index + 2}
            aria-selected={selected.has(row.id)}
            tabIndex={-1}
            className={item.index === focused ? 'dg-row focused' : 'dg-row'}
            style={{ ...style, height: rowHeight }}
            onClick={() => {
              setFocused(item.index);
              onOpen(row);
            }}
            onKeyDown={() => {}}
          >
            <div role="gridcell" className="dg-cell dg-check">
              {box}
            </div>
            {columns.map((column) => (
              <div key={column.key} role="gridcell" className="dg-cell" style={{ width: column.width }}>
                {column.render(row)}
              </div>
            ))}
          </div>
        );
      })}
    </div>
  );
  const nothing = rows.length === 0 && !loading;
  if (narrow) {
    // Without heads to click: the same, above the cards.
    const key = sort.replace(/^-/, '');
    const sortable = [...columns.filter((column) => column.sortable), ...further];
    const named = sortable.some((column) => column.key === key) ? sortable : [{ key, label: sortLabel }, ...sortable];
    const orders = [...new Map(named.map((order) => [order.key, order])).values()];
    return (
      <section className="datagrid" ref={scroller} aria-label={name} aria-busy={loading}>
        <div className="dg-narrow-head">
          <Checkbox
            aria-label={t('ui.selectLoaded')}
            checked={chosen}
            indeterminate={!chosen && selected.size > 0}
            onChange={() => onSelect(chosen ? new Set() : new Set(rows.map((row) => row.id)))}
          />
          <Select
            aria-label={t('ui.sortBy')}
            className="grow"
            variant="borderless"
            prefix={t('ui.sortBy')}
            showSearch={{ optionFilterProp: 'label' }}
            value={sort}
            onChange={onSort}
            options={orders.flatMap(({ key, label }) => [
              { value: key, label: `${label} ↑` },
              { value: `-${key}`, label: `${label} ↓` },
            ])}
          />
        </div>
        {nothing ? <div className="dg-empty">{empty}</div> : body}
      </section>
    );
  }
  return (
    <div
      className="datagrid"
      ref={scroller}
      role="grid"
      aria-label={name}
      aria-rowcount={-1}
      aria-multiselectable
      aria-busy={loading}
      aria-activedescendant={rows[focused] && drawn ? `row-${rows[focused].id}` : undefined}
      tabIndex={0}
      onKeyDown={onKey}
      onFocus={() => setFocused((index) => Math.max(0, index))}
    >
      <div className="dg-head" role="row">
        <div role="columnheader" className="dg-cell dg-check">
          <Checkbox
            aria-label={t('ui.selectLoaded')}
            checked={chosen}
            indeterminate={!chosen && selected.size > 0}
            onChange={() => onSelect(chosen ? new Set() : new Set(rows.map((row) => row.id)))}
          />
        </div>
        {columns.map((column) => (
          <HeadCell key={column.key} column={column} sort={sort} onSort={onSort} onResize={onResize} />
        ))}
      </div>
      {nothing ? (
        // A grid holds rows and nothing else: what is said of an empty one stands in a row.
        <div role="rowgroup">
          <div role="row">
            <div role="gridcell" className="dg-empty">
              {empty}
            </div>
          </div>
        </div>
      ) : (
        body
      )}
    </div>
  );
}

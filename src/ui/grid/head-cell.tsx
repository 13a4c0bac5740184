import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

interface HeadCellProps {
  column: { key: string; label: string; width: number; sortable: boolean };
  sort: string;
  onSort(sort: string): void;
  onResize(key: string, width: number): void;
}

const clamp = (width: number) => Math.round(Math.max(60, Math.min(800, width)));

/** Heading of a column: a click sorts, the edge sizes it by pointer or by the arrow keys. */
export function HeadCell({ column, sort, onSort, onResize }: HeadCellProps) {
  const { t } = useTranslation();
  const start = useRef<{ x: number; width: number } | null>(null);
  const [dragged, setDragged] = useState<number | null>(null);
  const direction = sort === column.key ? 'ascending' : sort === `-${column.key}` ? 'descending' : 'none';
  return (
    <div role="columnheader" aria-sort={direction} className="dg-cell" style={{ width: dragged ?? column.width }}>
      {column.sortable ? (
        <button
          type="button"
          className="dg-sort"
          onClick={() => onSort(direction === 'ascending' ? `-${column.key}` : column.key)}
        >
          {column.label}
          <span aria-hidden="true">{direction === 'ascending' ? ' ↑' : direction === 'descending' ? ' ↓' : ''}</span>
        </button>
      ) : (
        column.label
      )}
      <span
        role="slider"
        tabIndex={0}
        aria-label={t('ui.columnWidth', { name: column.label })}
        aria-valuenow={dragged ?? column.width}
        aria-valuemin={60}
        aria-valuemax={800}
        className="dg-resize"
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          start.current = { x: event.clientX, width: column.width };
        }}
        onPointerMove={(event) => {
          if (start.current) setDragged(clamp(start.current.width + event.clientX - start.current.x));
        }}
        onPointerUp={() => {
          if (dragged !== null) onResize(column.key, dragged);
          start.current = null;
          setDragged(null);
        }}
        onKeyDown={(event) => {
          const step = event.key === 'ArrowRight' ? 16 : event.key === 'ArrowLeft' ? -16 : 0;
          if (step === 0) return;
          event.preventDefault();
          event.stopPropagation();
          onResize(column.key, clamp(column.width + step));
        }}
      />
    </div>
  );
}

import { HolderOutlined } from '@ant-design/icons';
import { isSortable, useSortable } from '@dnd-kit/react/sortable';
import { Button, Checkbox, Input, type InputRef, Modal } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dragging } from '../dragging.tsx';

export interface ColumnChoice {
  key: string;
  label: string;
}
interface ColumnChooserProps {
  all: ColumnChoice[];
  chosen: string[];
  onSave(keys: string[]): void;
  onClose(): void;
}

/** Moves one entry of a list. */
export function moved<T>(list: T[], from: number, to: number): T[] {
  const next = [...list];
  const [item] = next.splice(from, 1);
  if (item !== undefined) next.splice(Math.max(0, Math.min(next.length, to)), 0, item);
  return next;
}

/** Chooses columns and their order, by drag or with the keyboard. */
export function ColumnChooser({ all, chosen, onSave, onClose }: ColumnChooserProps) {
  const { t } = useTranslation();
  const [keys, setKeys] = useState(chosen);
  const [find, setFind] = useState('');
  const search = useRef<InputRef>(null);
  const list = useRef<HTMLUListElement>(null);
  const before = useRef(keys.length);
  useEffect(() => {
    if (keys.length === before.current) return;
    // The box that was checked is in the other list now: who goes by keyboard goes on with the next name.
    search.current?.focus({ cursor: 'all' });
    if (keys.length > before.current) list.current?.lastElementChild?.scrollIntoView({ block: 'nearest' });
    before.current = keys.length;
  }, [keys.length]);
  const nameOf = new Map(all.map((item) => [item.key, item.label]));
  const rest = all.filter((item) => !keys.includes(item.key) && item.label.toLowerCase().includes(find.toLowerCase()));
  return (
    <Modal
      open
      title={t('ui.columns')}
      okText={t('ui.apply')}
      cancelText={t('ui.cancel')}
      onOk={() => onSave(keys)}
      okButtonProps={{ disabled: keys.length === 0 }}
      onCancel={onClose}
    >
      <Dragging
        onDragEnd={({ operation, canceled }) => {
          const { source } = operation;
          if (!canceled && isSortable(source)) setKeys(moved(keys, source.initialIndex, source.index));
        }}
      >
        <ul className="cards chooser" ref={list}>
          {keys.map((key, index) => (
            <ChosenColumn
              key={key}
              id={key}
              index={index}
              name={nameOf.get(key) ?? key}
              onRemove={() => setKeys(keys.filter((item) => item !== key))}
              onMove={(step) => setKeys(moved(keys, index, index + step))}
            />
          ))}
        </ul>
      </Dragging>
      <Input
        ref={search}
        aria-label={t('ui.findColumn')}
        placeholder={t('ui.findColumn')}
        value={find}
        onChange={(event) => setFind(event.target.value)}
      />
      <ul className="cards chooser">
        {rest.map((item) => (
          <li key={item.key} className="list-row">
            <Checkbox checked={false} onChange={() => setKeys([...keys, item.key])}>
              {item.label}
            </Checkbox>
          </li>
        ))}
        {rest.length === 0 && find !== '' ? <li className="muted">{t('ui.nothingFound')}</li> : null}
      </ul>
    </Modal>
  );
}

function ChosenColumn({
  id,
  index,
  name,
  onRemove,
  onMove,
}: {
  id: string;
  index: number;
  name: string;
  onRemove(): void;
  onMove(step: number): void;
}) {
  const { t } = useTranslation();
  const { ref, handleRef } = useSortable({ id, index, data: { name } });
  return (
    <li ref={ref} className="list-row">
      <button type="button" ref={handleRef} className="drag-handle" aria-label={t('ui.drag', { name })}>
        <HolderOutlined aria-hidden />
      </button>
      <Checkbox checked onChange={onRemove} className="grow">
        {name}
      </Checkbox>
      <Button size="small" type="text" aria-label={t('ui.moveUp', { name })} onClick={() => onMove(-1)}>
        ↑
      </Button>
      <Button size="small" type="text" aria-label={t('ui.moveDown', { name })} onClick={() => onMove(1)}>
        ↓
      </Button>
    </li>
  );
}

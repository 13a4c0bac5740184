import { EyeInvisibleOutlined, HolderOutlined, PlusOutlined } from '@ant-design/icons';
import { useDroppable } from '@dnd-kit/react';
import { isSortable, useSortable } from '@dnd-kit/react/sortable';
import { App, Button } from 'antd';
import { memo, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Dictionary, FieldDefinition, RecordObject, SectionDefinition } from '#shared/fields.ts';
import { useSend } from '#ui/api.ts';
import { Dragging } from '#ui/dragging.tsx';
import { label } from '#ui/i18n.ts';
import { updateField, updateSection } from '../contract.ts';
import { FieldTags } from './chosen-fields.tsx';
import { dictionaryStale } from './dictionary.ts';

/** What is opened from the list: a field or section that is there, or a new one. */
export type Opened =
  | { kind: 'field'; field?: FieldDefinition; section?: string }
  | { kind: 'section'; section?: SectionDefinition };

/** What the rows do: the same functions from first to last, so that a row has no reason to be drawn again. */
interface Acts {
  open(what: Opened): void;
  moveField(field: FieldDefinition, step: number): void;
  moveSection(section: SectionDefinition, step: number): void;
}

const inOrder = <T extends { position: number }>(items: T[]) => [...items].sort((a, b) => a.position - b.position);

/** A place between the neighbours at `index`, so that one move changes one row only. */
function positionAt(others: { position: number }[], index: number): number {
  const before = others[index - 1]?.position;
  const after = others[index]?.position;
  if (before === undefined) return (after ?? 1) - 1;
  return after === undefined ? before + 1 : (before + after) / 2;
}

interface DesignerListProps {
  dictionary: Dictionary;
  object: RecordObject;
  showHidden: boolean;
  onOpen(what: Opened): void;
}

/** Sections with their fields, in the order of the card, to be opened and moved. */
export const DesignerList = memo(function DesignerList({ dictionary, object, showHidden, onOpen }: DesignerListProps) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const moveField = useSend(updateField, dictionaryStale);
  const moveSection = useSend(updateSection, dictionaryStale);
  /** Moves that were refused: what was dragged is put back by drawing the list anew. */
  const [refused, setRefused] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const { version } = dictionary;
  const held = useRef<{ version: number; name: string }>(null);
  // A move draws a section anew: the keyboard goes on where it was.
  useEffect(() => {
    if (!held.current || held.current.version === version) return;
    list.current?.querySelector<HTMLElement>(`[aria-label=${CSS.escape(held.current.name)}]`)?.focus();
    held.current = null;
  }, [version]);
  const { sections, fields } = useMemo(() => {
    const shown = <T extends { object: string; hidden: boolean }>(items: T[]) =>
      items.filter((item) => item.object === object && (showHidden || !item.hidden));
    return {
      sections: inOrder(shown(dictionary.sections)),
      fields: Map.groupBy(inOrder(shown(dictionary.fields)), (field) => field.section),
    };
  }, [dictionary, object, showHidden]);

  const hold = (item: FieldDefinition | SectionDefinition) => {
    const button = list.current?.contains(document.activeElement) ? document.activeElement : null;
    const name = button?.getAttribute('aria-label') ?? t('ui.drag', { name: label(item.label) });
    held.current = { version, name };
  };
  const done = {
    onError: (problem: Error) => {
      void message.error(problem.message);
      setRefused((count) => count + 1);
    },
  };
  const placeField = (id: string, section: string, index: number) => {
    const field = dictionary.fields.find((item) => item.id === id);
    if (!field) return;
    const others = (fields.get(section) ?? []).filter((item) => item.id !== id);
    const at = Math.max(0, Math.min(others.length, index));
    hold(field);
    moveField.mutate(
      {
        params: { id },
        ifMatch: field.version,
        body: { position: positionAt(others, at), ...(section === field.section ? {} : { section }) },
      },
      done,
    );
  };
  const placeSection = (id: string, index: number) => {
    const section = sections.find((item) => item.id === id);
    if (!section) return;
    const others = sections.filter((item) => item.id !== id);
    const at = Math.max(0, Math.min(others.length, index));
    hold(section);
    moveSection.mutate({ params: { id }, ifMatch: section.version, body: { position: positionAt(others, at) } }, done);
  };
  const latest = useRef<Acts>(null);
  useLayoutEffect(() => {
    latest.current = {
      open: onOpen,
      moveField: (field, step) =>
        placeField(field.id, field.section, (fields.get(field.section) ?? []).indexOf(field) + step),
      moveSection: (section, step) => placeSection(section.id, sections.indexOf(section) + step),
    };
  });
  const acts = useMemo<Acts>(
    () => ({
      open: (what) => latest.current?.open(what),
      moveField: (field, step) => latest.current?.moveField(field, step),
      moveSection: (section, step) => latest.current?.moveSection(section, step),
    }),
    [],
  );

  return (
    <Dragging
      onDragEnd={({ operation, canceled }) => {
        const { source, target } = operation;
        const into: unknown = target?.data.section;
        if (canceled || !isSortable(source)) return;
        if (source.type === 'section') placeSection(String(source.id), source.index);
        else if (typeof into === 'string') placeField(String(source.id), into, 0);
        else placeField(String(source.id), String(source.group), source.index);
      }}
    >
      <ul className="cards" key={refused} ref={list}>
        {sections.map((section, index) => {
          const mine = fields.get(section.key) ?? [];
          return (
            // Dragging puts rows into other parents behind React's back: a section whose fields are others now is made anew.
            <SectionRow
              key={`${section.id} ${mine.map((field) => field.id).join()}`}
              section={section}
              index={index}
              acts={acts}
            >
              {mine.length === 0 ? <EmptySection section={section} /> : null}
              {mine.map((field, place) => (
                <FieldRow key={field.id} field={field} index={place} acts={acts} />
              ))}
            </SectionRow>
          );
        })}
      </ul>
    </Dragging>
  );
});

interface SectionRowProps {
  section: SectionDefinition;
  index: number;
  acts: Acts;
  children: React.ReactNode;
}

function SectionRow({ section, index, acts, children }: SectionRowProps) {
  const { t } = useTranslation();
  const name = label(section.label);
  const { ref, handleRef } = useSortable({
    id: section.id,
    index,
    type: 'section',
    accept: 'section',
    data: { name },
  });
  return (
    <li ref={ref} className="panel designer-section">
      <div className="list-row">
        <button type="button" ref={handleRef} className="drag-handle" aria-label={t('ui.drag', { name })}>
          <HolderOutlined aria-hidden />
        </button>
        <h2 className="grow">
          <Button type="link" onClick={() => acts.open({ kind: 'section', section })}>
            {name}
          </Button>
        </h2>
        {section.hidden ? <EyeInvisibleOutlined aria-label={t('fields.hidden')} /> : null}
        <MoveButtons name={name} onMove={(step) => acts.moveSection(section, step)} />
        <Button
          size="small"
          icon={<PlusOutlined aria-hidden />}
          aria-label={t('fields.addTo', { name })}
          onClick={() => acts.open({ kind: 'field', section: section.key })}
        />
      </div>
      <ul className="cards">{children}</ul>
    </li>
  );
}

/** Where a section without fields takes one that is dragged into it. */
function EmptySection({ section }: { section: SectionDefinition }) {
  const { t } = useTranslation();
  const { ref } = useDroppable({
    id: `into-${section.key}`,
    accept: 'field',
    data: { name: label(section.label), section: section.key },
  });
  return (
    <li ref={ref} className="list-row muted">
      {t('fields.emptySection')}
    </li>
  );
}

/** Drawn anew only when its field or place changes: a dictionary has hundreds of them. */
const FieldRow = memo(function FieldRow({ field, index, acts }: { field: FieldDefinition; index: number; acts: Acts }) {
  const { t } = useTranslation();
  const name = label(field.label);
  const { ref, handleRef } = useSortable({
    id: field.id,
    index,
    group: field.section,
    type: 'field',
    accept: 'field',
    data: { name },
  });
  return (
    <li ref={ref} className={field.hidden ? 'list-row faded' : 'list-row'}>
      <button type="button" ref={handleRef} className="drag-handle" aria-label={t('ui.drag', { name })}>
        <HolderOutlined aria-hidden />
      </button>
      <span className="grow named-row">
        <Button type="link" onClick={() => acts.open({ kind: 'field', field })}>
          {name}
        </Button>
        <span className="muted small">
          {t(`fields.types.${field.type}`)} · <code>{field.key}</code>
        </span>
        <span className="field-tags">
          <FieldTags field={field} />
        </span>
      </span>
      {field.hidden ? <EyeInvisibleOutlined aria-label={t('fields.hidden')} /> : null}
      <MoveButtons name={name} onMove={(step) => acts.moveField(field, step)} />
    </li>
  );
});

function MoveButtons({ name, onMove }: { name: string; onMove(step: number): void }) {
  const { t } = useTranslation();
  return (
    <span className="nowrap">
      <Button size="small" type="text" aria-label={t('ui.moveUp', { name })} onClick={() => onMove(-1)}>
        ↑
      </Button>
      <Button size="small" type="text" aria-label={t('ui.moveDown', { name })} onClick={() => onMove(1)}>
        ↓
      </Button>
    </span>
  );
}

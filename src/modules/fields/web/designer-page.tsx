import { EyeInvisibleOutlined, HolderOutlined, PlusOutlined } from '@ant-design/icons';
import { useDroppable } from '@dnd-kit/react';
import { isSortable, useSortable } from '@dnd-kit/react/sortable';
import { App, Button, Checkbox, Segmented, Select } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type FieldChoice, fieldChoices } from '#shared/field-choices.ts';
import { type FieldDefinition, recordObjects, type SectionDefinition } from '#shared/fields.ts';
import { flag, oneOf, useAddress } from '#ui/address.ts';
import { useEndpoint, useSend } from '#ui/api.ts';
import { Dragging } from '#ui/dragging.tsx';
import { label } from '#ui/i18n.ts';
import { Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { getWholeDictionary, updateField, updateSection } from '../contract.ts';
import { ChosenFields, FieldTags } from './chosen-fields.tsx';
import { dictionaryStale } from './dictionary.ts';
import { FieldDialog } from './field-dialog.tsx';
import { NumberingDialog } from './numbering-dialog.tsx';
import { ReindexProgress } from './reindex-progress.tsx';
import { SectionDialog } from './section-dialog.tsx';
import './designer.css';

type Open =
  | { kind: 'field'; field?: FieldDefinition; section?: string }
  | { kind: 'section'; section?: SectionDefinition }
  | { kind: 'numbering' };

const choices = Object.keys(fieldChoices) as FieldChoice[];

const inOrder = <T extends { position: number }>(items: T[]) => [...items].sort((a, b) => a.position - b.position);

/** A place between the neighbours at `index`, so that one move changes one row only. */
function positionAt(others: { position: number }[], index: number): number {
  const before = others[index - 1]?.position;
  const after = others[index]?.position;
  if (before === undefined) return (after ?? 1) - 1;
  return after === undefined ? before + 1 : (before + after) / 2;
}

export default function DesignerPage() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { data, error } = useEndpoint(getWholeDictionary);
  const moveField = useSend(updateField, dictionaryStale);
  const moveSection = useSend(updateSection, dictionaryStale);
  const [{ object, hidden: showHidden, only }, put] = useAddress({
    object: oneOf(recordObjects, 'customer'),
    hidden: flag(false),
    only: oneOf(choices),
  });
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  const list = useRef<HTMLUListElement>(null);
  const version = data?.version;
  const held = useRef<{ version: number | undefined; name: string }>(null);
  // A move draws the list anew: the keyboard goes on where it was.
  useEffect(() => {
    if (!held.current || held.current.version === version) return;
    list.current?.querySelector<HTMLElement>(`[aria-label=${CSS.escape(held.current.name)}]`)?.focus();
    held.current = null;
  }, [version]);
  const sections = inOrder(
    (data?.sections ?? []).filter((section) => section.object === object && (showHidden || !section.hidden)),
  );
  const fieldsOf = (key: string) =>
    inOrder(
      (data?.fields ?? []).filter(
        (field) => field.object === object && field.section === key && (showHidden || !field.hidden),
      ),
    );
  const onError = { onError: (problem: Error) => void message.error(problem.message) };

  const hold = (item: FieldDefinition | SectionDefinition) => {
    const button = list.current?.contains(document.activeElement) ? document.activeElement : null;
    const name = button?.getAttribute('aria-label') ?? t('ui.drag', { name: label(item.label) });
    held.current = { version, name };
  };
  const placeField = (id: string, section: string, index: number) => {
    const field = data?.fields.find((item) => item.id === id);
    if (!field) return;
    const others = fieldsOf(section).filter((item) => item.id !== id);
    const at = Math.max(0, Math.min(others.length, index));
    hold(field);
    moveField.mutate(
      {
        params: { id },
        ifMatch: field.version,
        body: { position: positionAt(others, at), ...(section === field.section ? {} : { section }) },
      },
      onError,
    );
  };
  const placeSection = (id: string, index: number) => {
    const section = sections.find((item) => item.id === id);
    if (!section) return;
    const others = sections.filter((item) => item.id !== id);
    const at = Math.max(0, Math.min(others.length, index));
    hold(section);
    moveSection.mutate(
      { params: { id }, ifMatch: section.version, body: { position: positionAt(others, at) } },
      onError,
    );
  };

  return (
    <Page
      title={t('fields.title')}
      actions={
        <>
          <Button onClick={() => setOpen({ kind: 'numbering' })}>{t('fields.numbering.title')}</Button>
          <Button onClick={() => setOpen({ kind: 'section' })}>{t('fields.newSection')}</Button>
          <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setOpen({ kind: 'field' })}>
            {t('fields.newField')}
          </Button>
        </>
      }
    >
      <p className="muted">{t('fields.intro')}</p>
      <div className="toolbar">
        <Segmented
          aria-label={t('ui.shown')}
          disabled={only !== undefined}
          value={object}
          onChange={(next) => put({ object: next })}
          options={recordObjects.map((item) => ({ value: item, label: t(`fields.objects.${item}`) }))}
        />
        <Select
          aria-label={t('fields.only.label')}
          placeholder={t('fields.only.label')}
          allowClear
          popupMatchSelectWidth={false}
          value={only}
          options={choices.map((value) => ({ value, label: t(`fields.only.${value}`) }))}
          onChange={(next?: FieldChoice) => put({ only: next })}
        />
        <Checkbox
          disabled={only !== undefined}
          checked={showHidden}
          onChange={(event) => put({ hidden: event.target.checked })}
        >
          {t('fields.showHidden')}
        </Checkbox>
      </div>
      <ProblemAlert problem={error} />
      <ReindexProgress />
      {data && only ? (
        <ChosenFields dictionary={data} only={only} onOpen={(field) => setOpen({ kind: 'field', field })} />
      ) : data ? (
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
          <ul className="cards" key={data.version} ref={list}>
            {sections.map((section, index) => (
              <SectionRow
                key={section.id}
                section={section}
                index={index}
                onOpen={() => setOpen({ kind: 'section', section })}
                onAdd={() => setOpen({ kind: 'field', section: section.key })}
                onMove={(step) => placeSection(section.id, index + step)}
              >
                {fieldsOf(section.key).length === 0 ? <EmptySection section={section} /> : null}
                {fieldsOf(section.key).map((field, place) => (
                  <FieldRow
                    key={field.id}
                    field={field}
                    index={place}
                    onOpen={() => setOpen({ kind: 'field', field })}
                    onMove={(step) => placeField(field.id, section.key, place + step)}
                  />
                ))}
              </SectionRow>
            ))}
          </ul>
        </Dragging>
      ) : (
        <Loading />
      )}
      {data && open?.kind === 'field' ? (
        <FieldDialog
          object={open.field?.object ?? object}
          field={open.field}
          section={open.section}
          dictionary={data}
          onClose={close}
        />
      ) : null}
      {open?.kind === 'section' ? <SectionDialog object={object} section={open.section} onClose={close} /> : null}
      {open?.kind === 'numbering' ? <NumberingDialog onClose={close} /> : null}
    </Page>
  );
}

interface SectionRowProps {
  section: SectionDefinition;
  index: number;
  onOpen(): void;
  onAdd(): void;
  onMove(step: number): void;
  children: React.ReactNode;
}

function SectionRow({ section, index, onOpen, onAdd, onMove, children }: SectionRowProps) {
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
          <Button type="link" onClick={onOpen}>
            {name}
          </Button>
        </h2>
        {section.hidden ? <EyeInvisibleOutlined aria-label={t('fields.hidden')} /> : null}
        <MoveButtons name={name} onMove={onMove} />
        <Button
          size="small"
          icon={<PlusOutlined aria-hidden />}
          aria-label={t('fields.addTo', { name })}
          onClick={onAdd}
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

function FieldRow({
  field,
  index,
  onOpen,
  onMove,
}: {
  field: FieldDefinition;
  index: number;
  onOpen(): void;
  onMove(step: number): void;
}) {
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
        <Button type="link" onClick={onOpen}>
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
      <MoveButtons name={name} onMove={onMove} />
    </li>
  );
}

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

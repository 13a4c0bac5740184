import './contacts.css';
import { HolderOutlined } from '@ant-design/icons';
import { KeyboardSensor, PointerSensor, useDraggable, useDroppable } from '@dnd-kit/react';
import { App, Button, Segmented, Select, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDictionary } from '#modules/fields/web/index.tsx';
import type { FieldDefinition } from '#shared/fields.ts';
import { useEndpoint, useSend } from '#ui/api.ts';
import { Dragging } from '#ui/dragging.tsx';
import { label } from '#ui/i18n.ts';
import { EmptyState, Loading, ProblemAlert } from '#ui/page.tsx';
import { ScrollRegion } from '#ui/scroll-region.tsx';
import { type ChartPerson, getOrganisation, setReportingLine } from '../employment-contract.ts';
import { ContactDrawer } from './contacts-tab.tsx';
import type { End } from './end-select.tsx';
import { RelationDialog } from './relation-dialog.tsx';
import { useRelationTypes } from './relation-types.ts';
import { peopleStale } from './use-contact.ts';

type Colour = 'attitude' | 'buyingRole';
const nobody = 'nobody';
/** By keyboard a card moves a quarter of the way to the next at a stroke; the usual ten pixels would take twenty strokes. */
const sensors = [PointerSensor, KeyboardSensor.configure({ offset: { x: 51, y: 36 } })];

/** A customer's organisation chart: reporting lines drawn as a tree, changed by drag or by choosing the superior. */
export default function OrganisationTab({ customerId }: { customerId: string }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const dictionary = useDictionary('contact');
  const { byId: typeById, words } = useRelationTypes();
  const { data, error, refetch } = useEndpoint(getOrganisation, { params: { id: customerId } });
  const set = useSend(setReportingLine, peopleStale);
  const [colour, setColour] = useState<Colour>('attitude');
  const [open, setOpen] = useState<string | null>(null);
  const [relating, setRelating] = useState<End | null>(null);
  if (error && !data) return <ProblemAlert problem={error} onRetry={() => void refetch()} />;
  if (!data || !dictionary) return <Loading />;
  if (data.people.length === 0) return <EmptyState text={t('organisation.none')} />;
  const people = new Map(data.people.map((person) => [person.contactId, person] as const));
  const below = (id: string | null) => data.people.filter((person) => person.reportsTo === id);
  const place = (person: ChartPerson, reportsTo: string | null) => {
    if (person.reportsTo === reportsTo || person.contactId === reportsTo) return;
    set.mutate(
      { params: { id: person.employmentId }, ifMatch: person.version, body: { reportsTo } },
      { onError: (problem) => void message.error(problem.errors[0]?.message ?? problem.message) },
    );
  };
  const card = (person: ChartPerson) => (
    <PersonCard
      person={person}
      people={data.people}
      field={dictionary.byKey.get(colour)}
      editable={data.can.update}
      onOpen={() => setOpen(person.contactId)}
      onRelate={() => setRelating({ kind: 'contact', id: person.contactId, name: person.name })}
      onPlace={(reportsTo) => place(person, reportsTo)}
    />
  );
  const branch = (id: string | null, depth: number) => {
    const list = below(id);
    // A chart cannot be deeper than it has people; the limit only guards the page.
    if (list.length === 0 || depth > 60) return null;
    return (
      <ul>
        {list.map((person) => (
          <li key={person.contactId}>
            {card(person)}
            {branch(person.contactId, depth + 1)}
          </li>
        ))}
      </ul>
    );
  };
  return (
    <>
      <div className="bar">
        <span className="muted" id="chart-colour">
          {t('organisation.colourBy')}
        </span>
        <Segmented
          aria-labelledby="chart-colour"
          value={colour}
          onChange={setColour}
          options={[
            { value: 'attitude' as const, label: t('organisation.byAttitude') },
            { value: 'buyingRole' as const, label: t('organisation.byRole') },
          ]}
        />
        <Legend field={dictionary.byKey.get(colour)} />
      </div>
      {data.can.update ? <p className="muted small">{t('organisation.hint')}</p> : null}
      {data.truncated ? <p className="muted">{t('organisation.truncated')}</p> : null}
      <Dragging
        sensors={sensors}
        onDragEnd={({ operation, canceled }) => {
          const person = people.get(String(operation.source?.id));
          const target = operation.target?.id;
          if (canceled || !person || target === undefined) return;
          place(person, target === nobody ? null : String(target));
        }}
      >
        {data.can.update ? <TopDrop /> : null}
        <ScrollRegion name={t('organisation.tree')} className="chart">
          {branch(null, 0)}
        </ScrollRegion>
      </Dragging>
      {data.colleagues.length > 0 ? (
        <section className="panel" aria-label={t('organisation.colleagues')}>
          <h2>{t('organisation.colleagues')}</h2>
          <ul className="cards">
            {data.colleagues.map((item) => (
              <li key={item.id} className="list-row">
                <span>{people.get(item.fromId)?.name}</span>
                <span className="muted">→ {words(typeById.get(item.typeId), true)}</span>
                <span>{people.get(item.toId)?.name}</span>
                <span className="muted small">{t(`relations.strengths.${item.strength}`)}</span>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      {relating ? <RelationDialog of={relating} onClose={() => setRelating(null)} /> : null}
      <ContactDrawer id={open} onClose={() => setOpen(null)} />
    </>
  );
}

/** What the colours mean; the words stand on every card as well. */
function Legend({ field }: { field: FieldDefinition | undefined }) {
  return (
    <span className="row">
      {field?.options
        .filter((option) => !option.hidden)
        .map((option) => (
          <Tag key={option.key} color={option.color} variant="outlined">
            <span className="choice-text">{label(option)}</span>
          </Tag>
        ))}
    </span>
  );
}

function TopDrop() {
  const { t } = useTranslation();
  const { ref, isDropTarget } = useDroppable({ id: nobody, data: { name: t('organisation.noSuperior') } });
  return (
    <div ref={ref} className={isDropTarget ? 'chart-top over' : 'chart-top'}>
      {t('organisation.top')}
    </div>
  );
}

interface PersonCardProps {
  person: ChartPerson;
  people: ChartPerson[];
  field: FieldDefinition | undefined;
  editable: boolean;
  onOpen(): void;
  onRelate(): void;
  onPlace(reportsTo: string | null): void;
}

function PersonCard({ person, people, field, editable, onOpen, onRelate, onPlace }: PersonCardProps) {
  const { t } = useTranslation();
  const drop = useDroppable({ id: person.contactId, disabled: !editable, data: { name: person.name } });
  const drag = useDraggable({ id: person.contactId, disabled: !editable, data: { name: person.name } });
  const value = field?.key === 'buyingRole' ? person.buyingRole : person.attitude;
  const option = field?.options.find((item) => item.key === value);
  const tone = option?.color ?? 'none';
  return (
    <div
      ref={(element) => {
        drop.ref(element);
        drag.ref(element);
      }}
      className={`chart-person tone-${tone}${drop.isDropTarget && !drag.isDragging ? ' over' : ''}`}
    >
      <div className="row">
        {editable ? (
          <button
            type="button"
            ref={drag.handleRef}
            className="drag-handle"
            aria-label={t('organisation.drag', { name: person.name })}
          >
            <HolderOutlined aria-hidden />
          </button>
        ) : null}
        {person.canOpen ? (
          <Button type="link" size="small" onClick={onOpen}>
            {person.name}
          </Button>
        ) : (
          <strong>{person.name}</strong>
        )}
        {person.shared ? <Tag color="cyan">{t('organisation.shared')}</Tag> : null}
      </div>
      <div className="muted small">
        {person.department} {person.position}
      </div>
      <div className="row small">
        <span>{option ? label(option) : t('organisation.unknown')}</span>
        {person.canOpen ? (
          <Button
            type="text"
            size="small"
            aria-label={`${t('organisation.addRelation')}: ${person.name}`}
            onClick={onRelate}
          >
            ⇄
          </Button>
        ) : null}
      </div>
      {editable ? (
        <Select
          size="small"
          className="full-width"
          aria-label={t('organisation.superior', { name: person.name })}
          showSearch={{ optionFilterProp: 'label' }}
          value={person.reportsTo ?? nobody}
          options={[
            { value: nobody, label: t('organisation.noSuperior') },
            ...people
              .filter((other) => other.contactId !== person.contactId)
              .map((other) => ({ value: other.contactId, label: other.name })),
          ]}
          onChange={(next) => onPlace(next === nobody ? null : next)}
        />
      ) : null}
    </div>
  );
}

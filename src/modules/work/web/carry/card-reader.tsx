import { ArrowLeftOutlined } from '@ant-design/icons';
import { Alert, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FieldDefinition } from '#shared/fields.ts';
import { FieldValue } from '#ui/fields/field-value.tsx';
import { formatTime } from '#ui/format.ts';
import { label } from '#ui/i18n.ts';
import type { CarriedCard } from '../../carry-contract.ts';
import type { CardFrame } from './unlock.ts';
import { VisitForm } from './visit-form.tsx';

const filled = (value: unknown) =>
  value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0);

function Values({
  fields,
  values,
  labels,
}: {
  fields: FieldDefinition[];
  values: Record<string, unknown>;
  labels: Record<string, string>;
}) {
  return (
    <dl className="carry-values">
      {fields
        .filter((field) => filled(values[field.key]))
        .map((field) => (
          <div key={field.key}>
            <dt>{label(field.label)}</dt>
            <dd>
              <FieldValue field={field} value={values[field.key]} labels={labels} />
            </dd>
          </div>
        ))}
    </dl>
  );
}

/** One carried card, to be read at the visit: sections with something in them, people, promises, what happened last. */
export function CardReader({ card, frame, onBack }: { card: CarriedCard; frame: CardFrame; onBack(): void }) {
  const { t } = useTranslation();
  const [visiting, setVisiting] = useState(false);
  const [saved, setSaved] = useState<'sent' | 'kept' | null>(null);
  const { customer } = card;
  const of = (object: string, section?: string) =>
    frame.fields
      .filter((field) => field.object === object && (section === undefined || field.section === section))
      .sort((a, b) => a.position - b.position);
  const sections = frame.sections
    .filter((section) => section.object === 'customer')
    .sort((a, b) => a.position - b.position)
    .map((section) => ({ section, fields: of('customer', section.key) }))
    .filter(({ fields }) => fields.some((field) => filled(customer.values[field.key])));
  return (
    <article className="carry-card">
      <Button type="link" icon={<ArrowLeftOutlined aria-hidden />} onClick={onBack}>
        {t('work.carry.allCards')}
      </Button>
      <h2>
        {String(customer.values.name ?? '')} <span className="muted small">{customer.number}</span>
      </h2>
      {saved ? <Alert role="status" type="success" showIcon title={t(`work.carry.visit.${saved}`)} /> : null}
      {visiting ? (
        <VisitForm
          card={card}
          timeZone={frame.timeZone}
          onDone={(outcome) => {
            setVisiting(false);
            setSaved(outcome);
          }}
        />
      ) : (
        <Button type="primary" onClick={() => setVisiting(true)}>
          {t('work.carry.logVisit')}
        </Button>
      )}
      {card.tasks.length > 0 ? (
        <section>
          <h3>{t('work.carry.promises')}</h3>
          <ul>
            {card.tasks.map((task) => (
              <li key={task.id}>
                {task.title} <span className="muted">{task.dueOn}</span>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      {card.contacts.length > 0 ? (
        <section>
          <h3>{t('work.carry.people')}</h3>
          {card.contacts.map((person) => (
            <details key={person.id} open={card.contacts.length < 4}>
              <summary>{String(person.values.name ?? '')}</summary>
              <Values
                fields={of('contact').filter((field) => field.key !== 'name')}
                values={person.values}
                labels={person.labels}
              />
            </details>
          ))}
        </section>
      ) : null}
      {card.activities.length > 0 ? (
        <section>
          <h3>{t('work.carry.lately')}</h3>
          <ul>
            {card.activities.map((item) => (
              <li key={item.id}>
                <span className="muted">{formatTime(item.happenedAt)}</span> {item.subject}
                {item.body ? <p className="carry-body">{item.body}</p> : null}
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      {sections.map(({ section, fields }) => (
        <section key={section.key}>
          <h3>{label(section.label)}</h3>
          <Values fields={fields} values={customer.values} labels={customer.labels} />
        </section>
      ))}
    </article>
  );
}

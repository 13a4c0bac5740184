import { HistoryOutlined, SafetyCertificateOutlined } from '@ant-design/icons';
import { App, Button, Switch, Tooltip } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDictionary } from '#modules/fields/web/index.tsx';
import type { FieldDefinition } from '#shared/fields.ts';
import { call } from '#ui/api.ts';
import { ConflictDialog } from '#ui/fields/conflict-dialog.tsx';
import { InlineField } from '#ui/fields/inline-field.tsx';
import { useSaveField } from '#ui/fields/use-record.tsx';
import { label } from '#ui/i18n.ts';
import { Loading, ProblemAlert } from '#ui/page.tsx';
import { PageTabs } from '#ui/page-tabs.tsx';
import { useCan } from '#ui/session.tsx';
import { useSlots } from '#ui/slots.tsx';
import { type CustomerCard, getCustomer, verifyValue } from '../contract.ts';
import { CardHeader } from './card-header.tsx';
import { FieldHistory } from './field-history.tsx';
import { Members } from './members.tsx';
import { Timeline } from './timeline.tsx';
import { useCard } from './use-card.ts';

const headerKeys = ['number', 'kind', 'ownerId', 'teamId', 'regionId', 'state'];
const filled = (value: unknown) =>
  value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0);
const appliesTo = (item: { kinds: string[] | null }, kind: string) => item.kinds === null || item.kinds.includes(kind);

/** The customer's card: header, sections edited in place, people, timeline. */
export function CustomerCardView({ id, heading = 'h2' }: { id: string; heading?: 'h1' | 'h2' }) {
  const { t } = useTranslation();
  const can = useCan();
  const { customerTabs, customerPanels } = useSlots();
  const dictionary = useDictionary('customer');
  const { card, save, accept, conflict } = useCard(id);
  if (card.error && !card.data) return <ProblemAlert problem={card.error} onRetry={() => void card.refetch()} />;
  if (!card.data || !dictionary) return <Loading />;
  // The address of a merged customer shows the one it was merged into; so do all parts.
  const customerId = card.data.id;
  const tabs = customerTabs.filter((tab) => can(tab.permission));
  const panels = customerPanels.filter((panel) => can(panel.permission));
  return (
    <article className="customer-card">
      <CardHeader card={card.data} heading={heading} onChange={accept} />
      <PageTabs
        items={[
          {
            key: 'card',
            label: t('customers.card'),
            children: (
              <div className="card-columns">
                <div className="card-panels">
                  {panels.map(({ key, component: Panel }) => (
                    <Panel key={key} customerId={customerId} />
                  ))}
                </div>
                <div className="card-sections">
                  <Sections card={card.data} save={save} accept={accept} />
                </div>
              </div>
            ),
          },
          ...tabs.map(({ key, label: name, component: Content }) => ({
            key,
            label: t(name),
            children: <Content customerId={customerId} />,
          })),
          { key: 'timeline', label: t('customers.timeline.title'), children: <Timeline card={card.data} /> },
        ]}
      />
      {conflict ? (
        <ConflictDialog
          conflict={conflict}
          fields={dictionary.fields}
          onResolve={conflict.resolve}
          onCancel={conflict.reject}
        />
      ) : null}
    </article>
  );
}

interface SectionsProps {
  card: CustomerCard;
  save: ReturnType<typeof useCard>['save'];
  accept(card: CustomerCard): void;
}

function Sections({ card, save, accept }: SectionsProps) {
  const { t } = useTranslation();
  const dictionary = useDictionary('customer');
  const [all, setAll] = useState(card.can.update);
  const [history, setHistory] = useState<FieldDefinition | null>(null);
  const saveField = useSaveField(card, save, () => latest(card.id));
  if (!dictionary) return null;
  const sections = dictionary.sections.filter((section) => appliesTo(section, card.kind));
  return (
    <>
      <div className="bar">
        <Switch id={`all-${card.id}`} checked={all} onChange={setAll} aria-label={t('customers.showEmpty')} />
        <label htmlFor={`all-${card.id}`}>{t('customers.showEmpty')}</label>
      </div>
      <Members card={card} />
      {sections.map((section) => {
        const fields = dictionary.fields.filter(
          (field) =>
            field.section === section.key &&
            appliesTo(field, card.kind) &&
            !headerKeys.includes(field.key) &&
            (all || filled(card.values[field.key])),
        );
        if (fields.length === 0) return null;
        return (
          <section className="panel" key={section.key} aria-labelledby={`section-${card.id}-${section.key}`}>
            <h2 id={`section-${card.id}-${section.key}`}>{label(section.label)}</h2>
            <div className="grid-2">
              {fields.map((field) => (
                <InlineField
                  key={field.key}
                  field={field}
                  value={card.values[field.key]}
                  labels={card.labels}
                  provenance={card.provenance[field.key]}
                  editable={card.can.update}
                  onSave={(value, source) => saveField(field, value, source)}
                  actions={
                    <FieldActions card={card} field={field} accept={accept} onHistory={() => setHistory(field)} />
                  }
                />
              ))}
            </div>
          </section>
        );
      })}
      {history ? <FieldHistory card={card} field={history} onChange={accept} onClose={() => setHistory(null)} /> : null}
    </>
  );
}

const latest = (id: string) => call(getCustomer, { params: { id } });

function FieldActions({
  card,
  field,
  accept,
  onHistory,
}: {
  card: CustomerCard;
  field: FieldDefinition;
  accept(card: CustomerCard): void;
  onHistory(): void;
}) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const can = useCan();
  const name = label(field.label);
  const provenance = card.provenance[field.key];
  const verify = () =>
    call(verifyValue, { params: { id: card.id, key: field.key }, ifMatch: card.version, body: {} })
      .then(accept)
      .catch((problem: Error) => void message.error(problem.message));
  return (
    <>
      {field.tracked &&
      filled(card.values[field.key]) &&
      !provenance?.verifiedAt &&
      can('customer:verify') &&
      card.state === 'active' ? (
        <Tooltip title={t('customers.verify')}>
          <Button
            size="small"
            type="text"
            icon={<SafetyCertificateOutlined aria-hidden />}
            aria-label={t('customers.verifyField', { name })}
            onClick={() => void verify()}
          />
        </Tooltip>
      ) : null}
      {field.readOnly ? null : (
        <Tooltip title={t('ui.history.title')}>
          <Button
            size="small"
            type="text"
            icon={<HistoryOutlined aria-hidden />}
            aria-label={t('ui.history.of', { name })}
            onClick={onHistory}
          />
        </Tooltip>
      )}
    </>
  );
}

import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { App, Button, Checkbox, Input, Radio, Tag } from 'antd';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CustomerCard } from '#modules/customers/contract.ts';
import { useDictionary } from '#modules/fields/web/index.tsx';
import type { ResponseOf } from '#shared/endpoint.ts';
import { isId } from '#shared/ids.ts';
import { useEndpoint, useSend } from '#ui/api.ts';
import { FieldValue } from '#ui/fields/field-value.tsx';
import { FormField } from '#ui/fields/form-field.tsx';
import { RecordSelect } from '#ui/fields/record-select.tsx';
import { label } from '#ui/i18n.ts';
import { EmptyState, Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { ScrollRegion } from '#ui/scroll-region.tsx';
import { createMerge, mergePreview } from '../duplicates-contract.ts';

type Preview = ResponseOf<typeof mergePreview>;

/** Customers side by side: which dossier stays, and whose value in each field. */
export default function MergePage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as { ids?: string };
  const ids = [...new Set((search.ids ?? '').split(',').filter((id) => isId(id)))].slice(0, 10);
  const open = (next: string[]) =>
    void navigate({ to: '/duplicates/merge', search: { ids: next.join(',') } as never, replace: true });
  const preview = useEndpoint(
    mergePreview,
    { body: { ids } },
    { enabled: ids.length >= 2, staleTime: 0, queryKey: ['/merges/preview', ids.join(',')] },
  );
  return (
    <Page title={t('quality.duplicates.mergeTitle')}>
      <p className="crumb">
        <Link to="/duplicates">‹ {t('quality.duplicates.title')}</Link>
      </p>
      {ids.length < 2 ? <EmptyState text={t('quality.duplicates.noParticipants')} /> : null}
      <ProblemAlert problem={preview.error} onRetry={() => void preview.refetch()} />
      {ids.length >= 2 && preview.isPending ? <Loading /> : null}
      {preview.data && ids.length >= 2 ? (
        <Choices
          key={ids.join(',')}
          preview={preview.data}
          onRemove={(id) => open(ids.filter((item) => item !== id))}
        />
      ) : null}
      <FormField id="merge-add" label={t('quality.duplicates.add')}>
        <RecordSelect
          id="merge-add"
          kind="customer"
          value={null}
          onChange={(id) => (id ? open([...ids, id]) : undefined)}
        />
      </FormField>
    </Page>
  );
}

function Choices({ preview, onRemove }: { preview: Preview; onRemove(id: string): void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const dictionary = useDictionary('customer');
  const [survivorId, setSurvivorId] = useState(preview.survivorId);
  const [choices, setChoices] = useState<Record<string, string>>({});
  const [differing, setDiffering] = useState(true);
  const [reason, setReason] = useState('');
  const merge = useSend(createMerge, ['/customers', '/duplicates', '/merges', '/contacts', '/search']);
  const key = useRef(crypto.randomUUID());
  if (!dictionary) return <Loading />;
  const cards = preview.cards;
  const shown = preview.fields.filter((field) => !differing || field.differs);
  const picked = (field: Preview['fields'][number]) =>
    choices[field.key] ?? (field.list ? 'all' : proposedFor(field, survivorId, cards));
  const submit = () =>
    merge.mutate(
      {
        idempotencyKey: key.current,
        body: {
          survivorId,
          participants: cards.map(({ id, version }) => ({ id, version })),
          choices: Object.fromEntries(preview.fields.map((field) => [field.key, picked(field)])),
          ...(reason.trim() ? { reason: reason.trim() } : {}),
        },
      },
      {
        onSuccess: (made) => {
          void message.success(t('quality.duplicates.merged'));
          void navigate({ to: '/customers/$id', params: { id: made.survivor.id } });
        },
        onError: () => {
          key.current = crypto.randomUUID();
        },
      },
    );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div className="bar">
        <Checkbox checked={differing} onChange={(event) => setDiffering(event.target.checked)}>
          {t('quality.duplicates.onlyDiffering')}
        </Checkbox>
      </div>
      <ScrollRegion name={t('quality.duplicates.mergeTitle')}>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t('quality.duplicates.field')}</th>
              {cards.map((card) => (
                <th key={card.id} scope="col">
                  <div>
                    <Link to="/customers/$id" params={{ id: card.id }} target="_blank">
                      {String(card.values.name ?? card.number)}
                    </Link>
                  </div>
                  <div className="muted small">
                    {card.number} {card.owner ? `· ${card.owner.name}` : ''}
                  </div>
                  <Radio checked={survivorId === card.id} name="survivor" onChange={() => setSurvivorId(card.id)}>
                    {t('quality.duplicates.survivor')}
                  </Radio>
                  {cards.length > 2 ? (
                    <Button type="link" size="small" onClick={() => onRemove(card.id)}>
                      {t('quality.duplicates.remove')}
                    </Button>
                  ) : null}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((field) => {
              const definition = dictionary.byKey.get(field.key);
              if (!definition) return null;
              return (
                <tr key={field.key}>
                  <th scope="row">
                    {label(definition.label)}
                    {field.list ? (
                      <div>
                        <Radio
                          name={`field-${field.key}`}
                          checked={picked(field) === 'all'}
                          onChange={() => setChoices((before) => ({ ...before, [field.key]: 'all' }))}
                        >
                          {t('quality.duplicates.all')}
                        </Radio>
                      </div>
                    ) : null}
                  </th>
                  {cards.map((card) => (
                    <td key={card.id}>
                      <Radio
                        name={`field-${field.key}`}
                        checked={picked(field) === card.id}
                        onChange={() => setChoices((before) => ({ ...before, [field.key]: card.id }))}
                        aria-label={`${label(definition.label)}: ${String(card.values.name ?? card.number)}`}
                      >
                        <FieldValue field={definition} value={card.values[field.key]} labels={card.labels} />
                        {card.provenance[field.key]?.verifiedAt ? ' ✓' : null}
                      </Radio>
                    </td>
                  ))}
                </tr>
              );
            })}
          </tbody>
        </table>
      </ScrollRegion>
      <p className="muted">{t('quality.duplicates.survivorHelp')}</p>
      <p>
        {preview.attached.length > 0 ? t('quality.duplicates.attached') : t('quality.duplicates.attachedNone')}{' '}
        {preview.attached.map((item) => (
          <Tag key={item.relation}>
            {t(`quality.duplicates.relation.${item.relation}`, {
              defaultValue: t('quality.duplicates.relation.other'),
            })}{' '}
            {item.count}
          </Tag>
        ))}
      </p>
      <FormField id="merge-reason" label={t('quality.duplicates.reason')}>
        <Input id="merge-reason" maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />
      </FormField>
      <ProblemAlert problem={merge.error} />
      <div className="row form-buttons">
        <Button type="primary" htmlType="submit" loading={merge.isPending}>
          {t('quality.duplicates.confirm')}
        </Button>
      </div>
    </form>
  );
}

/** The proposal follows the dossier kept: its value where it has one. */
function proposedFor(field: Preview['fields'][number], survivorId: string, cards: CustomerCard[]): string {
  const verified = cards.find((card) => card.provenance[field.key]?.verifiedAt);
  if (verified) return verified.id;
  const survivor = cards.find((card) => card.id === survivorId);
  const value = survivor?.values[field.key];
  return value !== undefined && value !== null && value !== '' ? survivorId : (field.proposed ?? survivorId);
}

import { Button, Modal, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { listViews } from '#modules/customers/contract.ts';
import { useDictionary } from '#modules/fields/web/index.tsx';
import type { Condition } from '#shared/conditions.ts';
import { useEndpoint, useSend } from '#ui/api.ts';
import { ConditionBuilder, useCondition } from '#ui/fields/condition-builder.tsx';
import { atFields, FormField, useTried } from '#ui/fields/form-field.tsx';
import { formatNumber } from '#ui/format.ts';
import { JobProgress, useJob } from '#ui/job-progress.tsx';
import type { ListSelection } from '#ui/module.ts';
import { EmptyState, Loading, ProblemAlert } from '#ui/page.tsx';
import { previewSending, startSending } from '../../form-links-contract.ts';
import { listForms } from '../../forms-contract.ts';
import { said } from './question-input.tsx';
import { type SendingOptions, SendingOptionsInput } from './sending-options.tsx';

type Audience = Pick<ListSelection['query'], 'filter' | 'q' | 'ids'>;

/** Sends a form to many customers: those of a list, or of a saved view or condition chosen here. */
export function SendMany({
  form,
  selection,
  onClose,
}: {
  form?: { id: string };
  selection?: ListSelection['query'];
  onClose(): void;
}) {
  const { t } = useTranslation();
  const forms = useEndpoint(listForms, { query: { state: 'open', limit: 100 } }, { enabled: !form });
  const preview = useSend(previewSending);
  const start = useSend(startSending, ['/forms']);
  const job = useJob(start.data?.jobId ?? null);
  const [chosen, setChosen] = useState(form?.id);
  const [audience, setAudience] = useState<Audience | undefined>(
    selection && { filter: selection.filter, q: selection.q, ids: selection.ids },
  );
  const [options, setOptions] = useState<SendingOptions>({ mail: true, lang: 'zh-CN', validDays: null });
  const found = preview.data;
  const [tried, again] = useTried();
  const ready = chosen !== undefined && audience !== undefined;
  const look = () => {
    again();
    if (ready) preview.mutate({ params: { id: chosen }, body: { query: audience } });
  };
  const send = () => start.mutate({ params: { id: chosen ?? '' }, body: { query: audience ?? {}, ...options } });
  const { errors, rest } = atFields(
    preview.error ?? start.error,
    'validDays',
    ...(selection ? [] : (['query'] as const)),
  );
  const footer = start.data ? (
    <Button type="primary" onClick={onClose}>
      {t('ui.close')}
    </Button>
  ) : (
    <>
      <Button onClick={onClose}>{t('ui.cancel')}</Button>
      <Button loading={preview.isPending} onClick={look}>
        {t('collection.forms.lookFirst')}
      </Button>
      <Button
        type="primary"
        disabled={!ready || !found || found.customers.value === 0}
        loading={start.isPending}
        onClick={send}
      >
        {t(options.mail ? 'collection.forms.makeAndMail' : 'collection.forms.makeLinks')}
      </Button>
    </>
  );
  return (
    <Modal
      open
      width={680}
      title={t(selection ? 'collection.forms.sendForm' : 'collection.forms.sendMany')}
      onCancel={onClose}
      footer={footer}
    >
      {start.data ? (
        <>
          {job.data ? <JobProgress job={job.data} /> : <Loading />}
          {job.data?.result ? <Result result={job.data.result} /> : null}
          <ProblemAlert problem={job.error} />
        </>
      ) : (
        <>
          <p className="muted">{t('collection.forms.sendToHelp')}</p>
          <ProblemAlert problem={rest} />
          {form ? null : (
            <FormField
              id="send-form"
              label={t('collection.forms.form')}
              error={tried && !chosen ? t('errors.input.required') : undefined}
            >
              {forms.data?.items.length === 0 ? (
                <EmptyState text={t('collection.forms.noOpen')} />
              ) : (
                <Select
                  id="send-form"
                  className="full-width"
                  value={chosen}
                  onChange={(id: string) => {
                    setChosen(id);
                    preview.reset();
                  }}
                  options={(forms.data?.items ?? []).map((item) => ({ value: item.id, label: said(item.title) }))}
                />
              )}
            </FormField>
          )}
          {selection ? null : (
            <AudienceInput
              error={tried && !audience ? t('collection.forms.noAudience') : errors.query}
              onChange={(next) => {
                setAudience(next);
                preview.reset();
              }}
            />
          )}
          <SendingOptionsInput id="many" value={options} error={errors.validDays} onChange={setOptions} />
          {found ? (
            <p aria-live="polite">
              {t('collection.forms.found', {
                n: `${formatNumber(found.customers.value)}${found.customers.exact ? '' : '+'}`,
              })}{' '}
              {found.looked < found.customers.value ? t('collection.forms.ofFirst', { n: found.looked }) : ''}
              {t('collection.forms.foundParts', {
                mail: found.withMail,
                none: found.noAddress,
                refused: found.refused,
                waiting: found.waiting,
              })}
            </p>
          ) : null}
        </>
      )}
    </Modal>
  );
}

function Result({ result }: { result: Record<string, unknown> }) {
  const { t } = useTranslation();
  const count = (key: string) => Number(result[key] ?? 0);
  return (
    <p>
      {t('collection.forms.sentMany', {
        links: count('links'),
        mails: count('mails'),
        none: count('noAddress'),
        refused: count('refused'),
        waiting: count('waiting'),
      })}
    </p>
  );
}

/** A saved view, or a condition of one's own: segments are a field of it. */
function AudienceInput({ error, onChange }: { error?: string; onChange(audience: Audience | undefined): void }) {
  const { t } = useTranslation();
  const dictionary = useDictionary('customer');
  const views = useEndpoint(listViews);
  const [view, setView] = useState('');
  const audienceOf = (filter: Condition | undefined, unfinished: boolean) =>
    onChange(unfinished || !filter ? undefined : { filter });
  const written = useCondition(undefined, audienceOf);
  if (!dictionary || !views.data) return <Loading />;
  const customerViews = views.data.items.filter((item) => item.object === 'customer');
  return (
    <>
      <FormField id="many-view" label={t('collection.forms.audience')} error={view === '' ? undefined : error}>
        <Select
          id="many-view"
          className="full-width"
          value={view}
          options={[
            { value: '', label: t('collection.forms.ownCondition') },
            ...customerViews.map((item) => ({ value: item.id, label: item.name })),
          ]}
          onChange={(id: string) => {
            setView(id);
            const chosen = customerViews.find((item) => item.id === id);
            if (chosen) onChange({ filter: chosen.query.filter as Condition | undefined, q: chosen.query.q });
            else audienceOf(written.value, written.unfinished);
          }}
        />
      </FormField>
      {view === '' ? (
        <ConditionBuilder id="many-filter" fields={dictionary.fields} condition={written} error={error} />
      ) : null}
    </>
  );
}

import { useQueryClient } from '@tanstack/react-query';
import { Button, Modal, Select } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDictionary } from '#modules/fields/web/index.tsx';
import { invalidate, useSend } from '#ui/api.ts';
import { FieldInput } from '#ui/fields/field-input.tsx';
import { FieldValue } from '#ui/fields/field-value.tsx';
import { errorsByField, FormField } from '#ui/fields/form-field.tsx';
import { RecordSelect } from '#ui/fields/record-select.tsx';
import { formatNumber } from '#ui/format.ts';
import { label } from '#ui/i18n.ts';
import { JobProgress, useJob } from '#ui/job-progress.tsx';
import type { ListSelection } from '#ui/module.ts';
import { Loading, ProblemAlert } from '#ui/page.tsx';
import { useCan } from '#ui/session.tsx';
import { previewBulkChange, startBulkChange, undoBulkChange } from '../bulk-contract.ts';

/** Edits one field of many customers: choose, preview, run with progress, undo. */
export function BulkDialog({ selection, onClose }: { selection: ListSelection; onClose(): void }) {
  const { t } = useTranslation();
  const can = useCan();
  const client = useQueryClient();
  const dictionary = useDictionary('customer');
  const preview = useSend(previewBulkChange);
  const start = useSend(startBulkChange);
  const undo = useSend(undoBulkChange);
  const [key, setKey] = useState<string>();
  const [mode, setMode] = useState<'set' | 'add' | 'remove'>('set');
  const [value, setValue] = useState<unknown>(null);
  /** What was previewed is what is done: another value asks for another preview. */
  const choose = (next: unknown) => {
    setValue(next);
    preview.reset();
  };
  const jobId = undo.data?.jobId ?? start.data?.jobId ?? null;
  const job = useJob(jobId);
  const ended = job.data?.state === 'done' || job.data?.state === 'cancelled';
  useEffect(() => {
    if (ended) void invalidate(client, ['/customers']);
  }, [ended, client]);
  if (!dictionary) return <Loading />;
  const owner = key === 'ownerId';
  const field = key && !owner ? dictionary.byKey.get(key) : undefined;
  const editable = dictionary.fields.filter((item) => !item.readOnly && !item.unique && item.type !== 'score');
  const values = key && !owner ? { [key]: value } : {};
  const body = {
    query: selection.query,
    ...(owner ? { ownerId: (value as string | null) ?? null } : {}),
    ...(mode === 'set' && !owner ? { values } : {}),
    ...(mode !== 'set' && key ? { [mode]: { [key]: (value ?? []) as string[] } } : {}),
    source: 'system' as const,
  };
  const error = errorsByField(preview.error?.errors ?? [])[key ?? ''];
  const found = preview.data;
  const footer = start.data ? (
    <>
      {ended && !undo.data ? (
        <Button loading={undo.isPending} onClick={() => undo.mutate({ params: { id: start.data.batchId } })}>
          {t('ui.undo')}
        </Button>
      ) : null}
      <Button type="primary" onClick={onClose}>
        {t('ui.close')}
      </Button>
    </>
  ) : (
    <>
      <Button onClick={onClose}>{t('ui.cancel')}</Button>
      <Button disabled={!key} loading={preview.isPending} onClick={() => preview.mutate({ body })}>
        {t('customers.bulk.preview')}
      </Button>
      <Button
        type="primary"
        disabled={!found || found.count.value === 0}
        loading={start.isPending}
        onClick={() => start.mutate({ body })}
      >
        {t('customers.bulk.start')}
      </Button>
    </>
  );
  const keptCount = Number(job.data?.result?.keptCount ?? 0);
  return (
    <Modal open width={720} title={t('customers.bulk.title')} onCancel={onClose} footer={footer}>
      {start.data ? (
        <>
          {job.data ? <JobProgress job={job.data} /> : <Loading />}
          {undo.data && ended ? <p>{t('customers.bulk.undone')}</p> : null}
          {keptCount > 0 ? <p>{t('customers.bulk.kept', { n: keptCount })}</p> : null}
          <ProblemAlert problem={job.error ?? undo.error} />
        </>
      ) : (
        <>
          <ProblemAlert problem={error ? null : (preview.error ?? start.error)} />
          <FormField id="bulk-field" label={t('customers.bulk.field')}>
            <Select
              id="bulk-field"
              className="full-width"
              showSearch={{ optionFilterProp: 'label' }}
              value={key}
              options={[
                ...(can('customer:assign') ? [{ value: 'ownerId', label: t('customers.owner') }] : []),
                ...editable
                  .filter((item) => item.key !== 'ownerId')
                  .map((item) => ({ value: item.key, label: label(item.label) })),
              ]}
              onChange={(next: string) => {
                setKey(next);
                setMode('set');
                setValue(null);
                preview.reset();
              }}
            />
          </FormField>
          {field?.type === 'multichoice' ? (
            <FormField id="bulk-mode" label={t('customers.bulk.mode')}>
              <Select
                id="bulk-mode"
                className="full-width"
                value={mode}
                options={(['set', 'add', 'remove'] as const).map((item) => ({
                  value: item,
                  label: t(`customers.bulk.modes.${item}`),
                }))}
                onChange={(next) => {
                  setMode(next);
                  preview.reset();
                }}
              />
            </FormField>
          ) : null}
          {owner ? (
            <FormField id="bulk-value" label={t('customers.bulk.value')}>
              <RecordSelect id="bulk-value" kind="user" value={value as string | null} onChange={choose} />
            </FormField>
          ) : null}
          {field ? (
            <FormField id="bulk-value" label={t('customers.bulk.value')} error={error}>
              <FieldInput
                key={field.key}
                id="bulk-value"
                field={{ ...field, required: false }}
                value={value}
                onChange={choose}
                invalid={error !== undefined}
              />
            </FormField>
          ) : null}
          {found ? (
            <section aria-live="polite">
              <p>
                <strong>
                  {t(found.count.exact ? 'customers.bulk.would' : 'customers.bulk.wouldAbout', {
                    n: formatNumber(found.count.value),
                  })}
                </strong>
              </p>
              <table className="plain">
                <tbody>
                  {found.examples.map((example) => (
                    <tr key={example.id}>
                      <th scope="row">{example.name}</th>
                      <td>
                        {Object.entries(example.changes).map(([changed, item]) => {
                          const definition = dictionary.byKey.get(changed);
                          return definition ? (
                            <span key={changed}>
                              <span className="diff-from">
                                <FieldValue field={definition} value={item.from} short />
                              </span>{' '}
                              → <FieldValue field={definition} value={item.to} />
                            </span>
                          ) : null;
                        })}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </section>
          ) : null}
        </>
      )}
    </Modal>
  );
}

import { useQueryClient } from '@tanstack/react-query';
import { Button, Modal } from 'antd';
import { type ComponentProps, type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useDictionary } from '#modules/fields/web/index.tsx';
import type { BodyInput } from '#shared/endpoint.ts';
import type { Problem } from '#shared/errors.ts';
import { invalidate, useSend } from '#ui/api.ts';
import { FieldValue } from '#ui/fields/field-value.tsx';
import { formatNumber, labelled } from '#ui/format.ts';
import { JobProgress, useJob } from '#ui/job-progress.tsx';
import type { ListSelection } from '#ui/module.ts';
import { Loading, ProblemAlert } from '#ui/page.tsx';
import { previewBulkChange, startBulkChange, undoBulkChange } from '../bulk-contract.ts';
import { BulkOutcome } from './bulk-failures.tsx';
import { KeptChanges } from './kept-changes.tsx';

type Kept = ComponentProps<typeof KeptChanges>;

interface BulkRunProps {
  title: string;
  /** What the button says that begins. */
  begin: string;
  body: BodyInput<typeof startBulkChange>;
  /** Whether enough is chosen for a preview; `atOnce` when nothing is to be chosen. */
  ready: boolean | 'atOnce';
  /** What is chosen; hears what the preview refused. */
  children(problem: Problem | null): ReactNode;
  /** `begun`: whether customers were changed. */
  onClose(begun: boolean): void;
}

/** A bulk edit from its preview to its undo; another choice asks for another preview. */
export function BulkRun({ title, begin, body, ready, children, onClose }: BulkRunProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const dictionary = useDictionary('customer');
  const preview = useSend(previewBulkChange);
  const start = useSend(startBulkChange);
  const undo = useSend(undoBulkChange);
  const job = useJob(undo.data?.jobId ?? start.data?.jobId ?? null);
  const ended = job.data?.state === 'done' || job.data?.state === 'cancelled';
  useEffect(() => {
    if (ended) void invalidate(client, ['/customers', '/cleanup']);
  }, [ended, client]);
  const chosen = JSON.stringify(body);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another choice makes the preview untrue
  useEffect(() => {
    preview.reset();
    if (ready === 'atOnce') preview.mutate({ body });
  }, [chosen]);
  const found = preview.data;
  const close = () => onClose(start.data !== undefined);
  const footer = start.data ? (
    <>
      {ended && !undo.data ? (
        <Button loading={undo.isPending} onClick={() => undo.mutate({ params: { id: start.data.batchId } })}>
          {t('ui.undo')}
        </Button>
      ) : null}
      <Button type="primary" onClick={close}>
        {t('ui.close')}
      </Button>
    </>
  ) : (
    <>
      <Button onClick={close}>{t('ui.cancel')}</Button>
      {ready === 'atOnce' ? null : (
        <Button disabled={!ready} loading={preview.isPending} onClick={() => preview.mutate({ body })}>
          {t('customers.bulk.preview')}
        </Button>
      )}
      <Button
        type="primary"
        disabled={!found || found.count.value === 0}
        loading={start.isPending}
        onClick={() => start.mutate({ body })}
      >
        {begin}
      </Button>
    </>
  );
  const { kept = [], keptCount = 0 } = (job.data?.result ?? {}) as Partial<Kept & { keptCount: number }>;
  const size = found ? { n: formatNumber(found.count.value) } : {};
  const about = found?.count.exact ? '' : 'About';
  return (
    <Modal open width={720} title={title} onCancel={close} footer={footer}>
      {start.data ? (
        <>
          {job.data ? <JobProgress job={job.data} /> : <Loading />}
          {undo.data && ended ? <p>{t('customers.bulk.undone')}</p> : null}
          {ended && !undo.data ? <BulkOutcome batchId={start.data.batchId} /> : null}
          {keptCount > 0 ? (
            <>
              <p>{t('customers.bulk.kept', { n: formatNumber(keptCount) })}</p>
              <KeptChanges kept={kept} />
            </>
          ) : null}
          <ProblemAlert problem={job.error ?? undo.error} />
        </>
      ) : (
        <>
          {children(preview.error)}
          <ProblemAlert problem={start.error} />
          {preview.isPending ? <Loading /> : null}
          {found ? (
            <section aria-live="polite">
              <p>
                <strong>
                  {ready === 'atOnce'
                    ? labelled(title, t(`customers.count${about}`, size))
                    : t(`customers.bulk.would${about}`, size)}
                </strong>
              </p>
              <table className="plain">
                <tbody>
                  {found.examples.map((example) => (
                    <tr key={example.id}>
                      <th scope="row">{example.name}</th>
                      <td>
                        {Object.entries(example.changes).map(([changed, item]) => {
                          const definition = dictionary?.byKey.get(changed);
                          return definition ? (
                            <span key={changed}>
                              <span className="diff-from">
                                <FieldValue field={definition} value={item.from} labels={found.labels} short />
                              </span>{' '}
                              → <FieldValue field={definition} value={item.to} labels={found.labels} />
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

/** A step with each of the customers that changes no fields: `step` as the server knows it. */
export function BulkStepDialog({
  query,
  step,
  title,
  help,
  reason,
  onClose,
}: {
  query: ListSelection['query'];
  step: string;
  title: string;
  help: string;
  reason?: string;
  onClose(begun: boolean): void;
}) {
  return (
    <BulkRun title={title} begin={title} body={{ query, step, reason }} ready="atOnce" onClose={onClose}>
      {(problem) => (
        <>
          <p className="muted">{help}</p>
          <ProblemAlert problem={problem} />
        </>
      )}
    </BulkRun>
  );
}

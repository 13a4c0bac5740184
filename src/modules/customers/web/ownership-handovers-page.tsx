import { Link } from '@tanstack/react-router';
import { App, Button, Input, Modal, Radio, Tag } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ResponseOf } from '#shared/endpoint.ts';
import { call, useSend } from '#ui/api.ts';
import { errorsByField, FormField } from '#ui/fields/form-field.tsx';
import { RecordSelect } from '#ui/fields/record-select.tsx';
import { formatTime } from '#ui/format.ts';
import { LoadMore, usePages } from '#ui/load-more.tsx';
import { EmptyState, Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { ScrollRegion } from '#ui/scroll-region.tsx';
import { useCan } from '#ui/session.tsx';
import {
  endHandover,
  type HandoverView,
  handoverItems,
  listHandovers,
  previewHandover,
  startHandover,
} from '../handover-contract.ts';

type HandoverPreview = ResponseOf<typeof previewHandover>;
const stale = ['/handovers', '/customers'];
const colors = { planned: 'default', moving: 'processing', moved: 'success', returned: 'blue', failed: 'error' };

/** Hand-overs for good and for a time: arranging them, and the receiver's briefs. */
export default function HandoversPage() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const can = useCan();
  const pages = usePages(listHandovers, { query: { limit: 50 } });
  const end = useSend(endHandover, stale);
  const [creating, setCreating] = useState(false);
  const [open, setOpen] = useState<HandoverView | null>(null);
  const items = pages.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Page
      title={t('customers.handovers.title')}
      actions={
        can('customer:assign') ? (
          <Button type="primary" onClick={() => setCreating(true)}>
            {t('customers.handovers.new')}
          </Button>
        ) : null
      }
    >
      <ProblemAlert problem={pages.error} onRetry={() => void pages.refetch()} />
      {pages.isPending ? <Loading /> : null}
      {pages.data && items.length === 0 ? <EmptyState text={t('customers.handovers.none')} /> : null}
      {items.length > 0 ? (
        <ScrollRegion name={t('customers.handovers.title')}>
          <table className="plain">
            <thead>
              <tr>
                <th scope="col">{t('customers.handovers.from')}</th>
                <th scope="col">{t('customers.handovers.to')}</th>
                <th scope="col">{t('customers.handovers.kind')}</th>
                <th scope="col">{t('customers.handovers.days')}</th>
                <th scope="col">{t('customers.handovers.customers')}</th>
                <th scope="col">{t('ui.action')}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((item) => (
                <tr key={item.id}>
                  <td>{item.from.name}</td>
                  <td>{item.to.name}</td>
                  <td className="nowrap">
                    {t(`customers.handovers.kinds.${item.kind}`)}{' '}
                    <Tag color={colors[item.state]}>{t(`customers.handovers.states.${item.state}`)}</Tag>
                  </td>
                  <td className="nowrap">
                    {item.fromOn}
                    {item.toOn ? ` – ${item.toOn}` : ''}
                  </td>
                  <td>{item.customers}</td>
                  <td className="nowrap">
                    <Button
                      size="small"
                      type="link"
                      aria-label={t('customers.handovers.briefsOf', { name: item.from.name })}
                      onClick={() => setOpen(item)}
                    >
                      {t('customers.handovers.briefs')}
                    </Button>
                    {item.can.end ? (
                      <Button
                        size="small"
                        type="link"
                        loading={end.isPending}
                        onClick={() =>
                          end.mutate(
                            { params: { id: item.id }, ifMatch: item.version },
                            {
                              onSuccess: () => void message.success(t('customers.handovers.ending')),
                              onError: (problem) => void message.error(problem.message),
                            },
                          )
                        }
                      >
                        {t('customers.handovers.end')}
                      </Button>
                    ) : null}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      ) : null}
      <LoadMore query={pages} />
      {creating ? <NewDialog onClose={() => setCreating(false)} /> : null}
      {open ? <Briefs handover={open} onClose={() => setOpen(null)} /> : null}
    </Page>
  );
}

function NewDialog({ onClose }: { onClose(): void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const start = useSend(startHandover, stale);
  const [key] = useState(() => crypto.randomUUID());
  const [fromUserId, setFrom] = useState<string | null>(null);
  const [toUserId, setTo] = useState<string | null>(null);
  const [kind, setKind] = useState<'transfer' | 'standIn'>('transfer');
  const [fromOn, setFromOn] = useState('');
  const [toOn, setToOn] = useState('');
  const [reason, setReason] = useState('');
  const [preview, setPreview] = useState<HandoverPreview | null>(null);
  useEffect(() => {
    setPreview(null);
    if (!fromUserId) return;
    const abort = new AbortController();
    call(previewHandover, { body: { fromUserId }, signal: abort.signal }).then(setPreview, () => undefined);
    return () => abort.abort();
  }, [fromUserId]);
  const errors = errorsByField(start.error?.errors ?? []);
  const save = () => {
    if (!fromUserId || !toUserId) return;
    const body = {
      ...{ fromUserId, toUserId, kind, reason },
      ...(fromOn ? { fromOn } : {}),
      ...(kind === 'standIn' && toOn ? { toOn } : {}),
    };
    start.mutate(
      { body, idempotencyKey: `${key}${JSON.stringify(body).length}` },
      {
        onSuccess: () => {
          void message.success(t('customers.handovers.started'));
          onClose();
        },
      },
    );
  };
  return (
    <Modal
      open
      title={t('customers.handovers.new')}
      okText={t('customers.handovers.start')}
      cancelText={t('ui.cancel')}
      okButtonProps={{ disabled: !fromUserId || !toUserId, loading: start.isPending }}
      onOk={save}
      onCancel={onClose}
    >
      <ProblemAlert problem={start.error && start.error.errors.length === 0 ? start.error : null} />
      <FormField id="handover-from" label={t('customers.handovers.from')} required error={errors.fromUserId}>
        <RecordSelect id="handover-from" kind="user" value={fromUserId} onChange={setFrom} />
      </FormField>
      <FormField id="handover-to" label={t('customers.handovers.to')} required error={errors.toUserId}>
        <RecordSelect id="handover-to" kind="user" value={toUserId} onChange={setTo} />
      </FormField>
      <FormField id="handover-kind" label={t('customers.handovers.kind')} help={t(`customers.handovers.help.${kind}`)}>
        <Radio.Group
          id="handover-kind"
          optionType="button"
          value={kind}
          options={(['transfer', 'standIn'] as const).map((value) => ({
            value,
            label: t(`customers.handovers.kinds.${value}`),
          }))}
          onChange={(event) => setKind(event.target.value)}
        />
      </FormField>
      <div className="grid-2">
        <FormField
          id="handover-first"
          label={t('customers.handovers.firstDay')}
          help={t('customers.handovers.today')}
          error={errors.fromOn}
        >
          <Input id="handover-first" type="date" value={fromOn} onChange={(event) => setFromOn(event.target.value)} />
        </FormField>
        {kind === 'standIn' ? (
          <FormField id="handover-last" label={t('customers.handovers.lastDay')} required error={errors.toOn}>
            <Input id="handover-last" type="date" value={toOn} onChange={(event) => setToOn(event.target.value)} />
          </FormField>
        ) : null}
      </div>
      <FormField id="handover-reason" label={t('customers.reason')}>
        <Input
          id="handover-reason"
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </FormField>
      <p aria-live="polite">{preview ? t('customers.handovers.preview', { n: preview.customers }) : ' '}</p>
      {preview ? (
        <ul className="muted">
          {preview.parts
            .filter((part) => part.count > 0)
            .map((part) => (
              <li key={part.name}>
                {t(`customers.handovers.parts.${part.name}`)} {part.count}
              </li>
            ))}
        </ul>
      ) : null}
    </Modal>
  );
}

/** What the receiver must know of each customer. */
function Briefs({ handover, onClose }: { handover: HandoverView; onClose(): void }) {
  const { t } = useTranslation();
  const pages = usePages(handoverItems, { params: { id: handover.id }, query: { limit: 50 } });
  const items = pages.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Modal open footer={null} width={720} title={t('customers.handovers.briefs')} onCancel={onClose}>
      <ProblemAlert problem={pages.error} onRetry={() => void pages.refetch()} />
      {pages.isPending ? <Loading /> : null}
      {pages.data && items.length === 0 ? <EmptyState text={t('customers.handovers.noBriefs')} /> : null}
      {items.map((item) => (
        <section key={item.id} className="panel" aria-label={item.name}>
          <Link to="/customers/$id" params={{ id: item.customerId }}>
            {item.name}
          </Link>{' '}
          <span className="muted small">
            {item.number} {item.grade ?? ''}
          </span>
          <div className="small">
            {t('customers.handovers.lastContact', { time: item.lastContactAt ? formatTime(item.lastContactAt) : '—' })}{' '}
            {t('customers.handovers.nextStep', { time: item.nextStepAt ? formatTime(item.nextStepAt) : '—' })}
          </div>
          {item.open.map((line) => (
            <div key={line} className="small">
              {line}
            </div>
          ))}
        </section>
      ))}
      <LoadMore query={pages} />
    </Modal>
  );
}

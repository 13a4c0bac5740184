import { Link } from '@tanstack/react-router';
import { App, Button, Modal, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSend } from '#ui/api.ts';
import { formatPlanned, formatTime } from '#ui/format.ts';
import { itemsOf, LoadMore, usePages } from '#ui/load-more.tsx';
import { EmptyState, Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { ScrollRegion } from '#ui/scroll-region.tsx';
import { useCan } from '#ui/session.tsx';
import { endHandover, type HandoverView, handoverItems, listHandovers } from '../handover-contract.ts';
import { HandoverDialog } from './ownership-handover-dialog.tsx';

const stale = ['/handovers', '/customers'];
const colors = {
  planned: 'default',
  moving: 'processing',
  moved: 'success',
  returned: 'blue',
  failed: 'error',
  cancelled: 'default',
};

/** Hand-overs for good and for a time: arranging them, and the receiver's briefs. */
export default function HandoversPage() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const can = useCan();
  const pages = usePages(listHandovers, { query: { limit: 50 } });
  const end = useSend(endHandover, stale);
  const [creating, setCreating] = useState(false);
  const [open, setOpen] = useState<HandoverView | null>(null);
  const items = itemsOf(pages);
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
                              onSuccess: () =>
                                void message.success(
                                  t(`customers.handovers.${item.state === 'planned' ? 'cancelled' : 'ending'}`),
                                ),
                              onError: (problem) => void message.error(problem.message),
                            },
                          )
                        }
                      >
                        {t(`customers.handovers.${item.state === 'planned' ? 'cancel' : 'end'}`)}
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
      {creating ? <HandoverDialog onClose={() => setCreating(false)} /> : null}
      {open ? <Briefs handover={open} onClose={() => setOpen(null)} /> : null}
    </Page>
  );
}

/** What the receiver must know of each customer. */
function Briefs({ handover, onClose }: { handover: HandoverView; onClose(): void }) {
  const { t } = useTranslation();
  const pages = usePages(handoverItems, { params: { id: handover.id }, query: { limit: 50 } });
  const items = itemsOf(pages);
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
            {t('customers.handovers.nextStep', { time: item.nextStepAt ? formatPlanned(item.nextStepAt) : '—' })}
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

import { PlusOutlined } from '@ant-design/icons';
import { App, Button, Segmented } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatMoney } from '#shared/money.ts';
import { useSend } from '#ui/api.ts';
import { formatNumber } from '#ui/format.ts';
import { itemsOf, LoadMore, usePages } from '#ui/load-more.tsx';
import { EmptyState, Loading, ProblemAlert } from '#ui/page.tsx';
import { ScrollRegion } from '#ui/scroll-region.tsx';
import { listPurchases, type PurchaseView, restorePurchase } from '../contract.ts';
import { PurchaseDialog } from './purchase-dialog.tsx';

export const stale = ['/customers/:id', '/purchases'];

/** What the customer bought, with the sum. */
export default function PurchasesTab({ customerId }: { customerId: string }) {
  const { t, i18n } = useTranslation();
  const { message } = App.useApp();
  const [state, setState] = useState<'active' | 'trashed'>('active');
  const [open, setOpen] = useState<PurchaseView | 'new' | null>(null);
  const pages = usePages(listPurchases, { params: { id: customerId }, query: { state, limit: 50 } });
  const restore = useSend(restorePurchase, stale);
  const first = pages.data?.pages[0];
  const items = itemsOf(pages);
  const money = (amountMinor: number, currency: string) =>
    formatMoney({ amount: String(amountMinor), currency }, i18n.language);
  return (
    <>
      <div className="bar">
        {first?.can.create ? (
          <Button icon={<PlusOutlined aria-hidden />} onClick={() => setOpen('new')}>
            {t('trade.add')}
          </Button>
        ) : null}
        <Segmented
          aria-label={t('ui.shown')}
          value={state}
          options={[
            { value: 'active', label: t('trade.active') },
            { value: 'trashed', label: t('trade.trash') },
          ]}
          onChange={(value) => setState(value as 'active' | 'trashed')}
        />
        {first ? (
          <span className="muted" aria-live="polite">
            {t('trade.sum', {
              n: formatNumber(first.totals.count),
              amount: money(first.totals.amountMinor, first.totals.currency),
            })}
          </span>
        ) : null}
      </div>
      <ProblemAlert problem={pages.error ?? restore.error} onRetry={() => void pages.refetch()} />
      {pages.isPending ? <Loading /> : null}
      {!pages.isPending && items.length === 0 ? (
        <EmptyState text={t(state === 'active' ? 'trade.none' : 'trade.noneTrashed')} />
      ) : null}
      {items.length > 0 ? (
        <ScrollRegion name={t('trade.title')}>
          <table className="plain">
            <thead>
              <tr>
                <th scope="col">{t('trade.day')}</th>
                <th scope="col">{t('trade.amount')}</th>
                <th scope="col">{t('trade.product')}</th>
                <th scope="col">{t('trade.source')}</th>
                <th scope="col">
                  <span className="visually-hidden">{t('trade.actions')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {items.map((item) => (
                <tr key={item.id}>
                  <td className="nowrap">{item.day}</td>
                  <td className="nowrap">{money(item.amountMinor, item.currency)}</td>
                  <td>{item.product ?? ''}</td>
                  <td className="muted">{t(`trade.sources.${item.source}`, { defaultValue: item.source })}</td>
                  <td>
                    {item.can.update && state === 'active' ? (
                      <Button
                        size="small"
                        type="link"
                        aria-label={t('trade.editOf', { day: item.day })}
                        onClick={() => setOpen(item)}
                      >
                        {t('ui.edit')}
                      </Button>
                    ) : null}
                    {item.can.update && state === 'trashed' ? (
                      <Button
                        size="small"
                        type="link"
                        aria-label={t('trade.restoreOf', { day: item.day })}
                        onClick={() =>
                          restore.mutate(
                            { params: { id: item.id }, ifMatch: item.version },
                            { onSuccess: () => void message.success(t('trade.restored')) },
                          )
                        }
                      >
                        {t('trade.restore')}
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
      {open && first ? (
        <PurchaseDialog
          customerId={customerId}
          currency={first.totals.currency}
          purchase={open === 'new' ? undefined : open}
          onClose={() => setOpen(null)}
        />
      ) : null}
    </>
  );
}

import { PlusOutlined } from '@ant-design/icons';
import { Link } from '@tanstack/react-router';
import { App, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CustomersLink } from '#modules/customers/web/index.tsx';
import { useSend } from '#ui/api.ts';
import { formatNumber, formatTime } from '#ui/format.ts';
import { itemsOf, LoadMore, usePages } from '#ui/load-more.tsx';
import { EmptyState, Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { ScrollRegion } from '#ui/scroll-region.tsx';
import { useCan } from '#ui/session.tsx';
import { deleteSegment, listSegments, type SegmentView } from '../contract.ts';
import { SegmentDialog } from './segment-dialog.tsx';
import { ColorName } from './shared.tsx';

export default function SegmentsPage() {
  const { t } = useTranslation();
  const can = useCan();
  const { message, modal } = App.useApp();
  const pages = usePages(listSegments, { query: { limit: 100 } });
  const remove = useSend(deleteSegment, ['/segments', '/fields']);
  const [open, setOpen] = useState<SegmentView | 'new' | null>(null);
  const items = itemsOf(pages);
  const confirm = (item: SegmentView) =>
    void modal.confirm({
      title: t('segments.deleteTitle', { name: item.name }),
      okText: t('ui.delete'),
      cancelText: t('ui.cancel'),
      onOk: () =>
        remove
          .mutateAsync({ params: { id: item.id }, ifMatch: item.version })
          .catch((problem: Error) => void message.error(problem.message)),
    });
  return (
    <Page
      title={t('segments.title')}
      actions={
        <>
          {items.length > 1 ? (
            <Link to="/segments/compare">
              <Button tabIndex={-1}>{t('segments.compare')}</Button>
            </Link>
          ) : null}
          {can('segment:manage') ? (
            <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setOpen('new')}>
              {t('segments.new')}
            </Button>
          ) : null}
        </>
      }
    >
      <ProblemAlert problem={pages.error} onRetry={() => void pages.refetch()} />
      {pages.isPending ? <Loading /> : null}
      {!pages.isPending && items.length === 0 ? <EmptyState text={t('segments.empty')} /> : null}
      {items.length > 0 ? (
        <ScrollRegion name={t('segments.title')}>
          <table className="plain">
            <thead>
              <tr>
                <th scope="col">{t('segments.name')}</th>
                <th scope="col">{t('segments.kind')}</th>
                <th scope="col">{t('segments.customers')}</th>
                <th scope="col">{t('segments.countedAt')}</th>
                <th scope="col">{t('ui.action')}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((item) => (
                <tr key={item.id}>
                  <th scope="row">
                    <Link to="/segments/$id" params={{ id: item.id }}>
                      <ColorName color={item.color}>{item.name}</ColorName>
                    </Link>
                    <div className="muted small">{item.description}</div>
                  </th>
                  <td className="nowrap">{t(`segments.kinds.${item.kind}`)}</td>
                  <td className="nowrap">
                    <CustomersLink
                      filter={{ field: 'segments', op: 'contains', value: item.id }}
                      title={t('segments.openOf', { name: item.name })}
                    >
                      {item.customers === null ? t('ui.open') : formatNumber(item.customers)}
                    </CustomersLink>
                  </td>
                  <td className="muted nowrap">{formatTime(item.countedAt)}</td>
                  <td className="nowrap">
                    {item.can.update ? (
                      <>
                        <Button
                          size="small"
                          type="link"
                          aria-label={t('segments.editOf', { name: item.name })}
                          onClick={() => setOpen(item)}
                        >
                          {t('ui.edit')}
                        </Button>
                        <Button
                          size="small"
                          type="link"
                          danger
                          aria-label={t('segments.deleteOf', { name: item.name })}
                          onClick={() => confirm(item)}
                        >
                          {t('ui.delete')}
                        </Button>
                      </>
                    ) : null}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      ) : null}
      <LoadMore query={pages} />
      {open ? <SegmentDialog segment={open === 'new' ? undefined : open} onClose={() => setOpen(null)} /> : null}
    </Page>
  );
}

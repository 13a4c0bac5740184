import { Link } from '@tanstack/react-router';
import { Button, Segmented } from 'antd';
import { useTranslation } from 'react-i18next';
import { oneOf, useAddress } from '#ui/address.ts';
import { useSend } from '#ui/api.ts';
import { formatTime } from '#ui/format.ts';
import { itemsOf, LoadMore, usePages } from '#ui/load-more.tsx';
import { EmptyState, Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { listNotifications, readNotifications } from '../contract.ts';

/** The notification centre: what happened that concerns the reader. */
export default function NotificationsPage() {
  const { t } = useTranslation();
  const [{ box }, put] = useAddress({ box: oneOf(['unread', 'all'], 'unread') });
  const pages = usePages(listNotifications, { query: box === 'unread' ? { unread: 'true' } : {} });
  const read = useSend(readNotifications, ['/notifications']);
  const items = itemsOf(pages);
  return (
    <Page
      title={t('notifications.title')}
      actions={
        <>
          <Link to="/notification-settings">{t('notifications.settings.title')}</Link>
          <Button disabled={items.length === 0} loading={read.isPending} onClick={() => read.mutate({ body: {} })}>
            {t('notifications.readAll')}
          </Button>
        </>
      }
    >
      <div className="bar">
        <Segmented
          aria-label={t('ui.shown')}
          value={box}
          options={[
            { value: 'unread', label: t('notifications.onlyUnread') },
            { value: 'all', label: t('notifications.all') },
          ]}
          onChange={(next) => put({ box: next })}
        />
      </div>
      <ProblemAlert problem={pages.error ?? read.error} onRetry={() => void pages.refetch()} />
      {pages.isPending ? <Loading /> : null}
      {!pages.isPending && items.length === 0 ? <EmptyState text={t('notifications.none')} /> : null}
      <ul className="cards">
        {items.map((item) => {
          const text = t(`notifications.types.${item.type}`, { ...item.params });
          return (
            <li key={item.id} className="panel">
              <div className="row">
                <span className="grow">{item.readAt ? text : <strong>{text}</strong>}</span>
                <span className="muted small">{formatTime(item.createdAt)}</span>
                {item.path ? (
                  <Link to={item.path} onClick={() => read.mutate({ body: { ids: [item.id] } })}>
                    {t('ui.open')}
                  </Link>
                ) : null}
              </div>
            </li>
          );
        })}
      </ul>
      <LoadMore query={pages} />
    </Page>
  );
}

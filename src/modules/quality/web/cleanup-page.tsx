import { Link } from '@tanstack/react-router';
import { App, Button, Tabs } from 'antd';
import { useTranslation } from 'react-i18next';
import { listCustomers, trashCustomer } from '#modules/customers/contract.ts';
import type { Condition } from '#shared/conditions.ts';
import { useEndpoint, useSend } from '#ui/api.ts';
import { formatNumber } from '#ui/format.ts';
import { LoadMore, usePages } from '#ui/load-more.tsx';
import { EmptyState, Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { useCan } from '#ui/session.tsx';
import { confirmCustomer, listCleanup, withdrawConfirmation } from '../cleanup-contract.ts';

export default function CleanupPage() {
  const { t } = useTranslation();
  const { data, error, refetch } = useEndpoint(listCleanup, {}, { staleTime: 0 });
  return (
    <Page title={t('quality.cleanup.title')}>
      <ProblemAlert problem={error} onRetry={() => void refetch()} />
      {!data && !error ? <Loading /> : null}
      {data ? (
        <Tabs
          items={data.items.map((item) => ({
            key: item.key,
            label: `${t(`quality.cleanup.queues.${item.key}`)} ${item.count.exact ? '' : '≈ '}${formatNumber(item.count.value)}`,
            children: (
              <>
                <p className="muted">{t(`quality.cleanup.help.${item.key}`)}</p>
                <Queue condition={item.condition} />
              </>
            ),
          }))}
        />
      ) : null}
    </Page>
  );
}

/** Customers of a queue: still right, to the trash, or all of them through the bulk edit of the list. */
function Queue({ condition }: { condition: Condition }) {
  const { t } = useTranslation();
  const { message, modal } = App.useApp();
  const can = useCan();
  const confirm = useSend(confirmCustomer, ['/customers', '/cleanup']);
  const withdraw = useSend(withdrawConfirmation, ['/customers', '/cleanup']);
  const trash = useSend(trashCustomer, ['/customers', '/cleanup']);
  const pages = usePages(listCustomers, {
    query: {
      filter: JSON.stringify(condition) as never,
      sort: '-updatedAt',
      fields: 'name,grade',
      state: 'active',
      limit: 30,
    },
  });
  const items = pages.data?.pages.flatMap((page) => page.items) ?? [];
  const fail = (problem: Error) => void message.error(problem.message);
  const confirmed = (id: string, name: string) => {
    const key = `confirmed-${id}`;
    const undo = () =>
      withdraw.mutate(
        { params: { id } },
        {
          onSuccess: () => void message.success({ key, content: t('quality.cleanup.withdrawn', { name }) }),
          onError: fail,
        },
      );
    void message.success({
      key,
      duration: 6,
      content: (
        <span>
          {t('quality.cleanup.confirmed', { name })}{' '}
          <Button size="small" type="link" onClick={undo}>
            {t('ui.undo')}
          </Button>
        </span>
      ),
    });
  };
  return (
    <>
      <div className="bar">
        <Link to="/customers" search={{ filter: condition } as never}>
          {t('quality.cleanup.bulk')}
        </Link>
      </div>
      <ProblemAlert problem={pages.error} onRetry={() => void pages.refetch()} />
      {pages.isPending ? <Loading /> : null}
      {pages.data && items.length === 0 ? <EmptyState text={t('quality.cleanup.none')} /> : null}
      {items.map((item) => {
        const name = String(item.values.name ?? item.number);
        return (
          <section className="panel" key={item.id} aria-label={name}>
            <div className="row">
              <Link to="/customers/$id" params={{ id: item.id }}>
                {name}
              </Link>
              <span className="muted small grow">{item.number}</span>
              {item.can.update ? (
                <Button
                  size="small"
                  aria-label={t('quality.cleanup.confirmOf', { name })}
                  onClick={() =>
                    confirm.mutate(
                      { params: { id: item.id }, body: {} },
                      {
                        onSuccess: () => confirmed(item.id, name),
                        onError: fail,
                      },
                    )
                  }
                >
                  {t('quality.cleanup.confirm')}
                </Button>
              ) : null}
              {can('customer:trash') ? (
                <Button
                  size="small"
                  danger
                  aria-label={t('quality.cleanup.trashOf', { name })}
                  onClick={() =>
                    modal.confirm({
                      title: t('quality.cleanup.trashAsk', { name }),
                      content: t('quality.cleanup.trashHelp'),
                      okText: t('quality.cleanup.trash'),
                      cancelText: t('ui.cancel'),
                      onOk: () =>
                        trash.mutate(
                          {
                            params: { id: item.id },
                            ifMatch: item.version,
                            body: { reason: t('quality.cleanup.title') },
                          },
                          { onError: fail },
                        ),
                    })
                  }
                >
                  {t('quality.cleanup.trash')}
                </Button>
              ) : null}
            </div>
          </section>
        );
      })}
      <LoadMore query={pages} />
    </>
  );
}

import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { App, Button, Checkbox } from 'antd';
import { Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { listCustomers, restoreCustomer, trashCustomer } from '#modules/customers/contract.ts';
import { BulkDialog, BulkStepDialog, CustomersLink } from '#modules/customers/web/index.tsx';
import { useDictionary } from '#modules/fields/web/index.tsx';
import type { Condition } from '#shared/conditions.ts';
import type { ResponseOf } from '#shared/endpoint.ts';
import { wrongPoints } from '#shared/values/points.ts';
import { call, invalidate } from '#ui/api.ts';
import { FieldValue } from '#ui/fields/field-value.tsx';
import { formatNumber } from '#ui/format.ts';
import { label } from '#ui/i18n.ts';
import { itemsOf, LoadMore, usePages } from '#ui/load-more.tsx';
import type { ListSelection } from '#ui/module.ts';
import { useNextFocus } from '#ui/next-focus.ts';
import { EmptyState, Loading, ProblemAlert } from '#ui/page.tsx';
import { useCan } from '#ui/session.tsx';
import './completeness.css';
import { type CleanupQueue, confirmCustomer, withdrawConfirmation } from '../cleanup-contract.ts';

/** What put a customer into a queue, shown beside its name. */
const why: Record<CleanupQueue, string[]> = {
  invalid: ['phones', 'emails', 'websites'],
  outdated: ['staleFields', 'freshestOn'],
  silent: ['createdAt', 'lastContactAt', 'lastPurchaseOn'],
};

type Item = ResponseOf<typeof listCustomers>['items'][number];
/** What is done with which customers, as they were when it was asked for. */
interface Dialog {
  what: 'confirm' | 'trash' | 'edit';
  query: ListSelection['query'];
}

const nameOf = (item: Item) => String(item.values.name ?? item.number);

/** Customers of a queue: still right, to the trash or to be edited; one by one, the chosen ones, or the whole queue. */
export function CleanupQueueList({
  queue,
  condition,
  count,
}: {
  queue: CleanupQueue;
  condition: Condition;
  count: string;
}) {
  const { t } = useTranslation();
  const can = useCan();
  const { message } = App.useApp();
  // Who only reads has nothing to choose customers for.
  const chooses = can('customer:update') || can('customer:trash');
  const client = useQueryClient();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const pages = usePages(listCustomers, {
    query: {
      filter: JSON.stringify(condition),
      sort: '-updatedAt',
      fields: ['name', 'grade', ...why[queue]].join(),
      state: 'active',
      limit: 30,
    },
  });
  const items = itemsOf(pages);
  const list = useNextFocus(items.map((item) => item.id));
  const selected = items.filter((item) => chosen.has(item.id));
  const stale = () => invalidate(client, ['/customers', '/cleanup']);
  const fail = (problem: unknown) => void message.error(problem instanceof Error ? problem.message : String(problem));

  const confirm = (item: Item) => {
    const params = { id: item.id };
    void act(item, 'confirmed', async () => {
      await call(confirmCustomer, { params, body: {} });
      return () => call(withdrawConfirmation, { params });
    });
  };
  const trash = (item: Item) => {
    const params = { id: item.id };
    void act(item, 'trashed', async () => {
      const body = { reason: t('quality.cleanup.title') };
      const gone = await call(trashCustomer, { params, ifMatch: item.version, body });
      return () => call(restoreCustomer, { params, ifMatch: gone.version });
    });
  };
  /** One step for one customer; it answers how to take it back. */
  const act = async (item: Item, done: 'confirmed' | 'trashed', step: () => Promise<() => Promise<unknown>>) => {
    const name = nameOf(item);
    const key = `${done}-${item.id}`;
    try {
      const back = await step();
      const undo = () =>
        back()
          .then(() => void message.success({ key, content: t(`quality.cleanup.undone.${done}`, { name }) }), fail)
          .then(stale);
      void message.success({
        key,
        duration: 6,
        content: (
          <span>
            {t(`quality.cleanup.${done}`, { name })}{' '}
            <Button size="small" type="link" onClick={() => void undo()}>
              {t('ui.undo')}
            </Button>
          </span>
        ),
      });
    } catch (problem) {
      fail(problem);
    }
    await stale();
  };
  const begin = (what: Dialog['what']) => {
    const which = selected.length > 0 ? { ids: selected.map((item) => item.id) } : { filter: condition };
    setDialog({ what, query: { state: 'active', ...which } });
  };
  const close = (begun: boolean) => {
    setDialog(null);
    if (begun) setChosen(new Set());
  };
  return (
    <>
      {items.length > 0 ? (
        <div className="bar">
          {chooses ? (
            <>
              <Checkbox
                checked={selected.length === items.length}
                indeterminate={selected.length > 0 && selected.length < items.length}
                onChange={(event) => setChosen(new Set(event.target.checked ? items.map((item) => item.id) : []))}
              >
                {t('quality.cleanup.chooseAll')}
              </Checkbox>
              <span className="muted">
                {selected.length > 0
                  ? t('quality.cleanup.withChosen', { n: formatNumber(selected.length) })
                  : t('quality.cleanup.withAll', { n: count })}
              </span>
            </>
          ) : null}
          {can('customer:update') ? (
            <>
              <Button size="small" onClick={() => begin('confirm')}>
                {t('quality.cleanup.confirmMany')}
              </Button>
              <Button size="small" onClick={() => begin('edit')}>
                {t('quality.cleanup.editMany')}
              </Button>
            </>
          ) : null}
          {can('customer:trash') ? (
            <Button size="small" danger onClick={() => begin('trash')}>
              {t('quality.cleanup.trashMany')}
            </Button>
          ) : null}
          <CustomersLink filter={condition}>{t('quality.cleanup.openList')}</CustomersLink>
        </div>
      ) : null}
      <ProblemAlert problem={pages.error} onRetry={() => void pages.refetch()} />
      {pages.isPending ? <Loading /> : null}
      {pages.data && items.length === 0 ? <EmptyState text={t('quality.cleanup.none')} /> : null}
      <div {...list} tabIndex={-1}>
        {items.map((item) => {
          const name = nameOf(item);
          return (
            <section className="panel" key={item.id} aria-label={name} tabIndex={-1}>
              <div className="row">
                {chooses ? (
                  <Checkbox
                    aria-label={t('quality.cleanup.choose', { name })}
                    checked={chosen.has(item.id)}
                    onChange={(event) => {
                      const next = new Set(chosen);
                      if (event.target.checked) next.add(item.id);
                      else next.delete(item.id);
                      setChosen(next);
                    }}
                  />
                ) : null}
                <Link className="grow" to="/customers/$id" params={{ id: item.id }}>
                  {name}
                </Link>
                {/* Side by side on a phone too: below the name where it leaves no room. */}
                <div className="row">
                  {item.can.update ? (
                    <Button
                      size="small"
                      aria-label={t('quality.cleanup.confirmOf', { name })}
                      onClick={() => confirm(item)}
                    >
                      {t('quality.cleanup.confirm')}
                    </Button>
                  ) : null}
                  {item.can.trash ? (
                    <Button
                      size="small"
                      danger
                      aria-label={t('quality.cleanup.trashOf', { name })}
                      onClick={() => trash(item)}
                    >
                      {t('quality.cleanup.trash')}
                    </Button>
                  ) : null}
                </div>
              </div>
              <Why queue={queue} item={item} />
            </section>
          );
        })}
      </div>
      <LoadMore query={pages} />
      <Suspense fallback={null}>
        {dialog?.what === 'edit' ? <BulkDialog query={dialog.query} onClose={close} /> : null}
        {dialog && dialog.what !== 'edit' ? (
          <BulkStepDialog
            query={dialog.query}
            step={dialog.what}
            title={t(`quality.cleanup.${dialog.what}`)}
            help={t(`quality.cleanup.${dialog.what}Help`)}
            reason={t('quality.cleanup.title')}
            onClose={close}
          />
        ) : null}
      </Suspense>
    </>
  );
}

/** The wrong numbers and addresses themselves, or how old the card and the contact are. */
function Why({ queue, item }: { queue: CleanupQueue; item: Item }) {
  const { t } = useTranslation();
  const dictionary = useDictionary('customer');
  const shown = why[queue].flatMap((key) => {
    const field = dictionary?.byKey.get(key);
    if (!field) return [];
    const all = item.values[key];
    const value = queue === 'invalid' && Array.isArray(all) ? wrongPoints(all) : all;
    const empty = value === null || value === undefined || (Array.isArray(value) && value.length === 0);
    if (empty && (queue === 'invalid' || !key.startsWith('last'))) return [];
    return [{ field, value, empty }];
  });
  return (
    <div className="small cleanup-why">
      <span className="muted">{item.number}</span>
      {shown.map(({ field, value, empty }) => (
        <span key={field.key}>
          <span className="muted">{label(field.label)} </span>
          {empty ? t('quality.cleanup.never') : <FieldValue field={field} value={value} />}
        </span>
      ))}
    </div>
  );
}

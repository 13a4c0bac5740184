import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { App, Button, Checkbox } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { listCustomers, restoreCustomer, trashCustomer } from '#modules/customers/contract.ts';
import { useDictionary } from '#modules/fields/web/index.tsx';
import type { Condition } from '#shared/conditions.ts';
import type { ResponseOf } from '#shared/endpoint.ts';
import { call, invalidate } from '#ui/api.ts';
import { FieldValue } from '#ui/fields/field-value.tsx';
import { formatNumber, listed } from '#ui/format.ts';
import { label } from '#ui/i18n.ts';
import { LoadMore, usePages } from '#ui/load-more.tsx';
import { EmptyState, Loading, ProblemAlert } from '#ui/page.tsx';
import './completeness.css';
import { type CleanupQueue, confirmCustomer, withdrawConfirmation } from '../cleanup-contract.ts';

/** What put a customer into a queue, shown beside its name. */
const why: Record<CleanupQueue, string[]> = {
  invalid: ['phones', 'emails', 'websites'],
  outdated: ['staleFields', 'freshestOn'],
  silent: ['createdAt', 'lastContactAt', 'lastPurchaseOn'],
};

type Item = ResponseOf<typeof listCustomers>['items'][number];
/** One step for one customer; answers how to take it back. */
type Act = (item: Item) => Promise<() => Promise<unknown>>;

const nameOf = (item: Item) => String(item.values.name ?? item.number);

/** Customers of a queue: still right or to the trash, one or the chosen ones; all of them through the bulk edit of the list. */
export function CleanupQueueList({ queue, condition }: { queue: CleanupQueue; condition: Condition }) {
  const { t } = useTranslation();
  const { message, modal } = App.useApp();
  const client = useQueryClient();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [busy, setBusy] = useState(false);
  const pages = usePages(listCustomers, {
    query: {
      filter: JSON.stringify(condition) as never,
      sort: '-updatedAt',
      fields: ['name', 'grade', ...why[queue]].join(),
      state: 'active',
      limit: 30,
    },
  });
  const items = pages.data?.pages.flatMap((page) => page.items) ?? [];
  const selected = items.filter((item) => chosen.has(item.id));
  const stale = () => invalidate(client, ['/customers', '/cleanup']);

  const confirm: Act = async ({ id }) => {
    await call(confirmCustomer, { params: { id }, body: {} });
    return () => call(withdrawConfirmation, { params: { id } });
  };
  const trash: Act = async ({ id, version }) => {
    const body = { reason: t('quality.cleanup.title') };
    const gone = await call(trashCustomer, { params: { id }, ifMatch: version, body });
    return () => call(restoreCustomer, { params: { id }, ifMatch: gone.version });
  };
  const fail = (problem: unknown) => void message.error(problem instanceof Error ? problem.message : String(problem));

  /** One after another, so that a refusal stops at its own customer; what was done can be taken back together. */
  const run = async (wanted: Item[], act: Act, done: 'confirmed' | 'trashed') => {
    setBusy(true);
    const backs: (() => Promise<unknown>)[] = [];
    for (const item of wanted) await act(item).then((back) => backs.push(back), fail);
    setChosen(new Set());
    setBusy(false);
    await stale();
    const [only] = wanted;
    if (backs.length === 0 || !only) return;
    const name = wanted.length === 1 ? nameOf(only) : t('quality.cleanup.many', { n: formatNumber(backs.length) });
    const key = `${done}-${only.id}`;
    const undo = async () => {
      let undone = 0;
      for (const back of backs) await back().then(() => (undone += 1), fail);
      if (undone > 0) void message.success({ key, content: t(`quality.cleanup.undone.${done}`, { name }) });
      await stale();
    };
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
  };
  const askTrash = (wanted: Item[]) =>
    void modal.confirm({
      title: t('quality.cleanup.trashAsk', {
        name:
          wanted.length === 1 && wanted[0]
            ? nameOf(wanted[0])
            : t('quality.cleanup.many', { n: formatNumber(wanted.length) }),
      }),
      content: (
        <>
          {wanted.length > 1 ? (
            <p>
              {listed(wanted.slice(0, 10).map(nameOf))}
              {wanted.length > 10 ? ' …' : ''}
            </p>
          ) : null}
          <p>{t('quality.cleanup.trashHelp')}</p>
        </>
      ),
      okText: t('quality.cleanup.trash'),
      cancelText: t('ui.cancel'),
      onOk: () => run(wanted, trash, 'trashed'),
    });
  const toConfirm = selected.filter((item) => item.can.update);
  const toTrash = selected.filter((item) => item.can.trash);
  return (
    <>
      <div className="bar">
        <Checkbox
          disabled={items.length === 0}
          checked={items.length > 0 && selected.length === items.length}
          indeterminate={selected.length > 0 && selected.length < items.length}
          onChange={(event) => setChosen(new Set(event.target.checked ? items.map((item) => item.id) : []))}
        >
          {t('quality.cleanup.chooseAll')}
        </Checkbox>
        {selected.length > 0 ? (
          <>
            <Button
              size="small"
              disabled={toConfirm.length === 0}
              loading={busy}
              onClick={() => void run(toConfirm, confirm, 'confirmed')}
            >
              {t('quality.cleanup.confirmChosen', { n: formatNumber(toConfirm.length) })}
            </Button>
            <Button size="small" danger disabled={toTrash.length === 0 || busy} onClick={() => askTrash(toTrash)}>
              {t('quality.cleanup.trashChosen', { n: formatNumber(toTrash.length) })}
            </Button>
          </>
        ) : null}
        <Link to="/customers" search={{ filter: condition } as never}>
          {t('quality.cleanup.bulk')}
        </Link>
      </div>
      <ProblemAlert problem={pages.error} onRetry={() => void pages.refetch()} />
      {pages.isPending ? <Loading /> : null}
      {pages.data && items.length === 0 ? <EmptyState text={t('quality.cleanup.none')} /> : null}
      {items.map((item) => {
        const name = nameOf(item);
        return (
          <section className="panel" key={item.id} aria-label={name}>
            <div className="row">
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
              <Link className="grow" to="/customers/$id" params={{ id: item.id }}>
                {name}
              </Link>
              {item.can.update ? (
                <Button
                  size="small"
                  disabled={busy}
                  aria-label={t('quality.cleanup.confirmOf', { name })}
                  onClick={() => void run([item], confirm, 'confirmed')}
                >
                  {t('quality.cleanup.confirm')}
                </Button>
              ) : null}
              {item.can.trash ? (
                <Button
                  size="small"
                  danger
                  disabled={busy}
                  aria-label={t('quality.cleanup.trashOf', { name })}
                  onClick={() => askTrash([item])}
                >
                  {t('quality.cleanup.trash')}
                </Button>
              ) : null}
            </div>
            <Why queue={queue} item={item} />
          </section>
        );
      })}
      <LoadMore query={pages} />
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
    const value =
      queue === 'invalid' && Array.isArray(all)
        ? all.filter((point: { valid?: boolean }) => point.valid === false)
        : all;
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

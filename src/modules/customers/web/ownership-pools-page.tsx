import { PlusOutlined } from '@ant-design/icons';
import { Link } from '@tanstack/react-router';
import { App, Button, Checkbox, Select } from 'antd';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDictionary } from '#modules/fields/web/index.tsx';
import { recordId, useAddress, words } from '#ui/address.ts';
import { useEndpoint, useSend } from '#ui/api.ts';
import { FieldValue } from '#ui/fields/field-value.tsx';
import { label } from '#ui/i18n.ts';
import { itemsOf, LoadMore, usePages } from '#ui/load-more.tsx';
import { EmptyState, Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { ScrollRegion } from '#ui/scroll-region.tsx';
import { SearchBox } from '#ui/search-box.tsx';
import { useCan } from '#ui/session.tsx';
import { listCustomers } from '../contract.ts';
import { claimCustomers, listPools, type PoolView } from '../ownership-contract.ts';
import { AssignDialog } from './ownership-assign-dialog.tsx';
import { PoolDialog } from './ownership-pool-dialog.tsx';

const stale = ['/customers', '/pools'];
const columns = ['name', 'number', 'grade', 'country', 'phones', 'updatedAt'];

/** The public pools: who is in them, claiming, assigning, setting them up. */
export default function PoolsPage() {
  const { t } = useTranslation();
  const can = useCan();
  const pools = useEndpoint(listPools);
  const [{ pool: chosen }, put] = useAddress({ pool: recordId });
  const [open, setOpen] = useState<PoolView | 'new' | null>(null);
  const items = pools.data?.items ?? [];
  const pool = items.find((item) => item.id === chosen) ?? items[0];
  return (
    <Page
      title={t('customers.pools.title')}
      actions={
        can('pool:manage') ? (
          <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setOpen('new')}>
            {t('customers.pools.new')}
          </Button>
        ) : null
      }
    >
      <ProblemAlert problem={pools.error} onRetry={() => void pools.refetch()} />
      {pools.isPending ? <Loading /> : null}
      {pools.data && !pool ? <EmptyState text={t('customers.pools.none')} /> : null}
      {pool ? (
        <>
          <div className="bar">
            <Select
              aria-label={t('customers.pools.choose')}
              value={pool.id}
              popupMatchSelectWidth={false}
              options={items.map((item) => ({
                value: item.id,
                label: label({ zh: item.name, en: item.nameEn || item.name }),
              }))}
              onChange={(next) => put({ pool: next })}
            />
            <span className="muted small">{limits(pool, t)}</span>
            {pool.can.manage ? <Button onClick={() => setOpen(pool)}>{t('customers.pools.settings')}</Button> : null}
          </div>
          <PoolCustomers key={pool.id} pool={pool} />
        </>
      ) : null}
      {open ? <PoolDialog pool={open === 'new' ? null : open} onClose={() => setOpen(null)} /> : null}
    </Page>
  );
}

function limits(pool: PoolView, t: TFunction): string {
  return [
    pool.claimLimit ? t('customers.pools.limitText', { n: pool.claimLimit }) : '',
    pool.holdingCap ? t('customers.pools.capText', { n: pool.holdingCap }) : '',
    pool.cooldownDays > 0 ? t('customers.pools.cooldownText', { n: pool.cooldownDays }) : '',
    pool.hideContacts ? t('customers.pools.hiddenText') : '',
    pool.nextRulesFrom ? t('customers.pools.nextText', { day: pool.nextRulesFrom }) : '',
  ]
    .filter((text) => text !== '')
    .join(' · ');
}

function PoolCustomers({ pool }: { pool: PoolView }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const dictionary = useDictionary('customer');
  const [{ q }, put] = useAddress({ q: words });
  const [selected, setSelected] = useState<Set<string>>(new Set());
  const [assigning, setAssigning] = useState(false);
  const shown = columns.filter((key) => dictionary?.byKey.has(key));
  const list = usePages(
    listCustomers,
    {
      query: {
        filter: JSON.stringify({ field: 'pool', op: 'in', value: [pool.id] }),
        fields: shown.join(','),
        limit: 50,
        ...(q ? { q } : {}),
      },
    },
    dictionary !== undefined,
  );
  const claim = useSend(claimCustomers, stale);
  const rows = itemsOf(list);
  const labels = Object.assign({}, ...(list.data?.pages.map((page) => page.labels) ?? [])) as Record<string, string>;
  const tell = (done: number, items: { ok: boolean; code: string | null }[]) => {
    setSelected(new Set());
    if (done > 0) void message.success(t('customers.pools.claimed', { n: done }));
    const codes = new Set(items.filter((item) => !item.ok).map((item) => item.code));
    for (const code of codes) void message.error(t(`errors.${code}`));
  };
  const take = (customerIds: string[]) =>
    claim.mutate(
      { params: { id: pool.id }, body: { customerIds } },
      {
        onSuccess: ({ done, items }) => tell(done, items),
        onError: (problem) => void message.error(problem.message),
      },
    );
  const toggle = (id: string) => {
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    setSelected(next);
  };
  if (!dictionary) return <Loading />;
  return (
    <>
      <div className="bar">
        <SearchBox label={t('customers.pools.search')} value={q} onChange={(next) => put({ q: next })} />
        {pool.can.claim ? (
          <Button
            type="primary"
            disabled={selected.size === 0}
            loading={claim.isPending}
            onClick={() => take([...selected])}
          >
            {t('customers.pools.claimSelected', { n: selected.size })}
          </Button>
        ) : null}
        {pool.can.assign ? (
          <Button disabled={selected.size === 0} onClick={() => setAssigning(true)}>
            {t('customers.pools.assign')}
          </Button>
        ) : null}
      </div>
      <ProblemAlert problem={list.error} onRetry={() => void list.refetch()} />
      {list.isPending ? <Loading /> : null}
      {list.data && rows.length === 0 ? (
        <EmptyState text={q ? t('customers.noneMatch') : t('customers.pools.empty')} />
      ) : null}
      {rows.length > 0 ? (
        <ScrollRegion name={t('customers.pools.title')}>
          <table className="plain">
            <thead>
              <tr>
                <th scope="col">
                  <span className="visually-hidden">{t('customers.selection')}</span>
                </th>
                {shown.map((key) => (
                  <th scope="col" key={key}>
                    {dictionary.nameOf(key)}
                  </th>
                ))}
                <th scope="col">{t('ui.action')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.id}>
                  <td>
                    <Checkbox
                      aria-label={t('customers.pools.selectOf', { name: String(row.values.name) })}
                      checked={selected.has(row.id)}
                      onChange={() => toggle(row.id)}
                    />
                  </td>
                  {shown.map((key) => (
                    <td key={key} className={key === 'name' ? '' : 'nowrap'}>
                      {key === 'name' ? (
                        <Link to="/customers/$id" params={{ id: row.id }}>
                          {String(row.values.name)}
                        </Link>
                      ) : (
                        <FieldValue
                          field={dictionary.byKey.get(key) as never}
                          value={row.values[key]}
                          labels={labels}
                          short
                        />
                      )}
                    </td>
                  ))}
                  <td className="nowrap">
                    {pool.can.claim ? (
                      <Button
                        size="small"
                        type="link"
                        aria-label={t('customers.pools.claimOf', { name: String(row.values.name) })}
                        onClick={() => take([row.id])}
                      >
                        {t('customers.pools.claim')}
                      </Button>
                    ) : null}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      ) : null}
      <LoadMore query={list} />
      {assigning ? (
        <AssignDialog
          pool={pool}
          ids={[...selected]}
          onClose={() => setAssigning(false)}
          onDone={() => setSelected(new Set())}
        />
      ) : null}
    </>
  );
}

import { FilterOutlined, PlusOutlined, SettingOutlined } from '@ant-design/icons';
import { Link, useNavigate } from '@tanstack/react-router';
import { Button, Drawer, Segmented, Tag } from 'antd';
import { lazy, Suspense, useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDictionary } from '#modules/fields/web/index.tsx';
import { type Condition, fieldsNamed } from '#shared/conditions.ts';
import { isOrdered } from '#shared/operators.ts';
import { useEndpoint } from '#ui/api.ts';
import { ConditionText } from '#ui/fields/condition-text.tsx';
import { FieldValue } from '#ui/fields/field-value.tsx';
import { formatNumber, formatTime } from '#ui/format.ts';
import { DataGrid, type GridColumn } from '#ui/grid/grid.tsx';
import { label } from '#ui/i18n.ts';
import { itemsOf, usePages } from '#ui/load-more.tsx';
import type { ListSelection } from '#ui/module.ts';
import { EmptyState, Loading, ProblemAlert, usePageTitle } from '#ui/page.tsx';
import { SearchBox } from '#ui/search-box.tsx';
import { useCan } from '#ui/session.tsx';
import { useSlots } from '#ui/slots.tsx';
import { useNarrow } from '#ui/use-narrow.ts';
import { countCustomers, listCustomers } from '../contract.ts';
import { CustomerListCard, type CustomerListRow, cardKeys } from './list-card.tsx';
import { useListState } from './list-state.ts';
import { ViewNotice } from './view-notice.tsx';
import { ViewsMenu } from './views-menu.tsx';

// Fetched when they are asked for: the list comes first.
const ColumnChooser = lazy(() =>
  import('#ui/grid/column-chooser.tsx').then((module) => ({ default: module.ColumnChooser })),
);
const FilterDialog = lazy(() => import('./filter-dialog.tsx').then((module) => ({ default: module.FilterDialog })));
const BulkDialog = lazy(() => import('./bulk-dialog.tsx').then((module) => ({ default: module.BulkDialog })));
const BulkStepDialog = lazy(() => import('./bulk-run.tsx').then((module) => ({ default: module.BulkStepDialog })));
const CustomerCardView = lazy(() => import('./card-view.tsx').then((module) => ({ default: module.CustomerCardView })));

/** Whose term ends within three days. */
const returningSoon: Condition = { field: 'returnDueOn', op: 'withinNext', value: { count: 4, unit: 'day' } };

export default function ListPage() {
  const { t } = useTranslation();
  const can = useCan();
  const navigate = useNavigate();
  const narrow = useNarrow();
  const dictionary = useDictionary('customer');
  const { listActions } = useSlots();
  const [state, change] = useListState();
  const [selected, setSelected] = useState<Set<string>>(new Set());
  const [everything, setEverything] = useState(false);
  const [dialog, setDialog] = useState<'columns' | 'filter' | 'bulk' | 'trash' | null>(null);
  usePageTitle(t('customers.title'));
  const clear = useCallback(() => {
    setSelected(new Set());
    setEverything(false);
  }, []);

  const known = state.columns.filter((column) => dictionary?.byKey.has(column.key));
  // A view may be sorted by a field that has been hidden since; ViewNotice says so.
  const sort = dictionary?.byKey.has(state.sort.replace(/^-/, '')) ? state.sort : '-updatedAt';
  const sortKey = sort.replace(/^-/, '');
  const inCard = narrow ? cardKeys(state).filter((key) => dictionary?.byKey.has(key)) : [];
  const fields = [...new Set(['name', ...known.map((column) => column.key), ...inCard])];
  const asksHidden = state.filter !== undefined && fieldsNamed(state.filter).some((key) => !dictionary?.byKey.has(key));
  const base = {
    ...(state.filter ? { filter: state.filter } : {}),
    ...(state.q ? { q: state.q } : {}),
    state: state.state,
  };
  const query = { ...base, filter: state.filter ? JSON.stringify(state.filter) : undefined };
  const list = usePages(
    listCustomers,
    { query: { ...query, sort, fields: fields.join(','), limit: 100 } },
    dictionary !== undefined,
  );
  const count = useEndpoint(countCustomers, { query });
  // What was chosen belongs to what was listed: under another filter, "all that match" would be others, chosen unseen.
  const listedBy = JSON.stringify(query);
  useEffect(() => {
    if (listedBy) clear();
  }, [listedBy, clear]);
  const { fetchNextPage, hasNextPage, isFetchingNextPage } = list;
  const onEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, hasNextPage, isFetchingNextPage]);

  if (!dictionary) return <Loading />;
  const rows: CustomerListRow[] = itemsOf(list);
  const sorted = dictionary.byKey.get(sortKey);
  const labels = Object.assign({}, ...(list.data?.pages.map((page) => page.labels) ?? [])) as Record<string, string>;
  const columns: GridColumn<CustomerListRow>[] = known.map((column) => {
    const field = dictionary.byKey.get(column.key);
    return {
      key: column.key,
      label: field ? label(field.label) : column.key,
      width: column.width,
      sortable: field !== undefined && isOrdered(field.type),
      render: (row) =>
        column.key === 'name' ? (
          <Link to="/customers/$id" params={{ id: row.id }} onClick={(event) => event.stopPropagation()}>
            {String(row.values.name ?? t('customers.noName'))}
          </Link>
        ) : field ? (
          <FieldValue field={field} value={row.values[column.key]} labels={labels} short />
        ) : null,
    };
  });
  const dueSoon = JSON.stringify(state.filter) === JSON.stringify(returningSoon);
  const total = count.data
    ? count.data.exact
      ? t('customers.count', { n: formatNumber(count.data.value) })
      : t('customers.countAbout', { n: formatNumber(count.data.value) })
    : '';
  const selection: ListSelection = {
    query: selected.size > 0 && !everything ? { state: state.state, ids: [...selected] } : base,
    fields: known.map((column) => column.key),
    sort,
  };
  const open = (row: CustomerListRow) => {
    if (narrow) void navigate({ to: '/customers/$id', params: { id: row.id } });
    else change({ open: row.id });
  };
  return (
    <div className="page full">
      <div className="page-head">
        <h1>
          {t('customers.title')} <span className="muted count">{total}</span>
        </h1>
        <div className="page-actions">
          {listActions
            .filter((action) => can(action.permission))
            .map(({ key, component: Action }) => (
              <Action key={key} selection={selection} />
            ))}
          {can('customer:create') ? (
            <Button
              type="primary"
              icon={<PlusOutlined aria-hidden />}
              onClick={() => void navigate({ to: '/customers/new' })}
            >
              {t('customers.new')}
            </Button>
          ) : null}
        </div>
      </div>
      <div className="bar">
        <ViewsMenu state={state} onOpen={change} />
        <SearchBox
          label={t('customers.searchList')}
          value={state.q ?? ''}
          onChange={(q) => change({ q: q || undefined })}
        />
        <Button
          icon={<FilterOutlined aria-hidden />}
          onClick={() => setDialog('filter')}
          type={state.filter ? 'primary' : 'default'}
          ghost={state.filter !== undefined}
        >
          {t('customers.filter')}
        </Button>
        <Button
          type={dueSoon ? 'primary' : 'default'}
          ghost={dueSoon}
          aria-pressed={dueSoon}
          onClick={() =>
            change(
              dueSoon
                ? { filter: undefined, view: undefined }
                : { filter: returningSoon, sort: 'returnDueOn', view: undefined },
            )
          }
        >
          {t('customers.pools.dueSoon')}
        </Button>
        <Button icon={<SettingOutlined aria-hidden />} onClick={() => setDialog('columns')}>
          {t('ui.columns')}
        </Button>
        {can('customer:trash') ? (
          <Segmented
            aria-label={t('ui.shown')}
            value={state.state}
            options={[
              { value: 'active', label: t('customers.active') },
              { value: 'trashed', label: t('customers.trash') },
            ]}
            onChange={(value) => change({ state: value as 'active' | 'trashed' })}
          />
        ) : null}
      </div>
      {state.filter ? (
        <div className="bar">
          <Tag closable onClose={() => change({ filter: undefined })} className="filter-tag">
            <ConditionText condition={state.filter} fields={dictionary.fields} />
          </Tag>
        </div>
      ) : null}
      {selected.size > 0 ? (
        <section className="bar selection" aria-label={t('customers.selection')}>
          <span>
            {everything
              ? t('customers.allMatching', { n: count.data ? formatNumber(count.data.value) : '' })
              : t('customers.selected', { n: selected.size })}
          </span>
          {!everything && hasNextPage ? (
            <Button size="small" type="link" onClick={() => setEverything(true)}>
              {t('customers.selectMatching')}
            </Button>
          ) : null}
          {can('customer:update') && state.state === 'active' ? (
            <Button size="small" onClick={() => setDialog('bulk')}>
              {t('customers.bulk.title')}
            </Button>
          ) : null}
          {can('customer:trash') && state.state === 'active' ? (
            <Button size="small" onClick={() => setDialog('trash')}>
              {t('customers.moveToTrash')}
            </Button>
          ) : null}
          <Button size="small" type="text" onClick={clear}>
            {t('customers.clearSelection')}
          </Button>
        </section>
      ) : null}
      <ViewNotice state={state} dictionary={dictionary} />
      <ProblemAlert
        problem={list.error?.code === 'field.unknown' && asksHidden ? null : list.error}
        onRetry={() => void list.refetch()}
      />
      <DataGrid
        name={t('customers.title')}
        columns={columns}
        rows={rows}
        sort={sort}
        sortLabel={sorted ? label(sorted.label) : sort}
        onSort={(sort) => change({ sort })}
        orders={dictionary.fields
          .filter((field) => isOrdered(field.type))
          .map((field) => ({ key: field.key, label: label(field.label) }))}
        onResize={(key, width) =>
          change({ columns: state.columns.map((column) => (column.key === key ? { ...column, width } : column)) })
        }
        onEnd={onEnd}
        loading={list.isPending}
        selected={selected}
        onSelect={(next) => {
          setSelected(next);
          setEverything(false);
        }}
        onOpen={open}
        narrow={narrow}
        selectName={(row) => String(row.values.name ?? row.number)}
        card={(row) => <CustomerListCard row={row} keys={inCard} labels={labels} dictionary={dictionary} />}
        empty={
          list.error ? null : (
            <EmptyState
              text={
                state.filter || state.q
                  ? t('customers.noneMatch')
                  : state.state === 'trashed'
                    ? t('customers.trashEmpty')
                    : t('customers.none')
              }
            >
              {state.filter || state.q ? (
                <Button onClick={() => change({ filter: undefined, q: undefined, view: undefined })}>
                  {t('customers.showAll')}
                </Button>
              ) : can('import:run') && state.state === 'active' ? (
                <Button type="primary" onClick={() => void navigate({ to: '/imports' })}>
                  {t('customers.importSheet')}
                </Button>
              ) : null}
            </EmptyState>
          )
        }
      />
      <Suspense fallback={null}>
        {dialog === 'columns' ? (
          <ColumnChooser
            all={dictionary.fields.map((field) => ({ key: field.key, label: label(field.label) }))}
            chosen={known.map((column) => column.key)}
            onClose={() => setDialog(null)}
            onSave={(keys) => {
              change({
                columns: keys.map((key) => state.columns.find((column) => column.key === key) ?? { key, width: 140 }),
              });
              setDialog(null);
            }}
          />
        ) : null}
        {dialog === 'filter' ? (
          <FilterDialog
            value={state.filter}
            onClose={() => setDialog(null)}
            onApply={(filter) => {
              change({ filter });
              setDialog(null);
            }}
          />
        ) : null}
        {dialog === 'bulk' ? <BulkDialog query={selection.query} onClose={() => setDialog(null)} /> : null}
        {dialog === 'trash' ? (
          <BulkStepDialog
            query={selection.query}
            step="trash"
            title={t('customers.moveToTrash')}
            help={t('customers.trashText')}
            onClose={(begun) => {
              if (begun) clear();
              setDialog(null);
            }}
          />
        ) : null}
      </Suspense>
      <Drawer
        open={state.open !== undefined}
        mask={false}
        size={narrow ? '100%' : Math.min(760, window.innerWidth - 220)}
        onClose={() => change({ open: undefined })}
        title={t('customers.card')}
        destroyOnHidden
        extra={
          state.open ? (
            <Link to="/customers/$id" params={{ id: state.open }}>
              {t('customers.openPage')}
            </Link>
          ) : null
        }
      >
        <Suspense fallback={<Loading />}>
          {state.open ? <CustomerCardView id={state.open} key={state.open} /> : null}
        </Suspense>
      </Drawer>
      <p className="visually-hidden" aria-live="polite">
        {count.data ? `${total} ${formatTime(null)}` : ''}
      </p>
    </div>
  );
}

import { FilterOutlined, SettingOutlined } from '@ant-design/icons';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Button, Modal, Tag } from 'antd';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDictionary } from '#modules/fields/web/index.tsx';
import { updateMe } from '#modules/people/contract.ts';
import type { Condition } from '#shared/conditions.ts';
import type { FieldDefinition } from '#shared/fields.ts';
import { isOrdered } from '#shared/operators.ts';
import { useSend } from '#ui/api.ts';
import { ExportSheet } from '#ui/export-sheet.tsx';
import { ConditionBuilder, useCondition } from '#ui/fields/condition-builder.tsx';
import { conditionFrom } from '#ui/fields/condition-from.ts';
import { ConditionText } from '#ui/fields/condition-text.tsx';
import { FieldValue } from '#ui/fields/field-value.tsx';
import { ColumnChooser } from '#ui/grid/column-chooser.tsx';
import { DataGrid, type GridColumn } from '#ui/grid/grid.tsx';
import { label } from '#ui/i18n.ts';
import { itemsOf, usePages } from '#ui/load-more.tsx';
import { EmptyState, Loading, ProblemAlert, usePageTitle } from '#ui/page.tsx';
import { SearchBox } from '#ui/search-box.tsx';
import { useCan, useSession } from '#ui/session.tsx';
import { useNarrow } from '#ui/use-narrow.ts';
import { listContacts } from '../contract.ts';

const usual = ['name', 'position', 'department', 'phones', 'emails', 'buyingRole'];
/** Among the person's preferences, like the columns of the customer list. */
const remembered = 'contactColumns';

interface Row {
  id: string;
  customerId: string;
  customerName: string;
  values: Record<string, unknown>;
}

/** People at all customers one may see: searched, filtered by any field, exported. */
export default function PeoplePage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const narrow = useNarrow();
  const { user } = useSession();
  const can = useCan();
  const dictionary = useDictionary('contact');
  const remember = useSend(updateMe, ['/session']);
  const search = useSearch({ strict: false }) as Record<string, unknown>;
  const filter = conditionFrom(search.filter);
  const q = search.q === undefined ? '' : String(search.q);
  const sort = typeof search.sort === 'string' ? search.sort : 'name';
  const [selected, setSelected] = useState<Set<string>>(new Set());
  const [widths, setWidths] = useState<Record<string, number>>({});
  const [dialog, setDialog] = useState<'columns' | 'filter' | null>(null);
  usePageTitle(t('contacts.title'));
  const change = useCallback(
    (part: { filter?: Condition; q?: string; sort?: string }) => {
      setSelected(new Set());
      const next = { filter, q, sort, ...part };
      void navigate({
        to: '/contacts',
        replace: 'q' in part,
        search: {
          ...(next.filter ? { filter: next.filter } : {}),
          ...(next.q ? { q: next.q } : {}),
          ...(next.sort !== 'name' ? { sort: next.sort } : {}),
        },
      });
    },
    [filter, navigate, q, sort],
  );
  const saved = typeof user.preferences[remembered] === 'string' ? String(user.preferences[remembered]) : '';
  const keys = (saved === '' ? usual : saved.split(',')).filter((key) => dictionary?.byKey.has(key));
  const fields = [...new Set(['name', ...keys])];
  const list = usePages(
    listContacts,
    {
      query: {
        ...(filter ? { filter: JSON.stringify(filter) } : {}),
        q,
        sort,
        fields: fields.join(),
        limit: 100,
      },
    },
    dictionary !== undefined,
  );
  const { fetchNextPage, hasNextPage, isFetchingNextPage } = list;
  const onEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, hasNextPage, isFetchingNextPage]);
  if (!dictionary) return <Loading />;
  const rows: Row[] = itemsOf(list);
  const labels = Object.assign({}, ...(list.data?.pages.map((page) => page.labels) ?? [])) as Record<string, string>;
  const sorted = dictionary.byKey.get(sort.replace(/^-/, ''));
  const known = keys.flatMap((key) => dictionary.byKey.get(key) ?? []);
  const name = (row: Row) => (
    <Link to="/contacts/$id" params={{ id: row.id }} onClick={(event) => event.stopPropagation()}>
      {String(row.values.name ?? '')}
    </Link>
  );
  const columns: GridColumn<Row>[] = [
    ...known.map((field) => ({
      key: field.key,
      label: label(field.label),
      width: widths[field.key] ?? (field.key === 'name' ? 140 : 160),
      sortable: isOrdered(field.type),
      render: (row: Row) =>
        field.key === 'name' ? (
          name(row)
        ) : (
          <FieldValue field={field} value={row.values[field.key]} labels={labels} short />
        ),
    })),
    {
      key: 'customer',
      label: t('contacts.list.customer'),
      width: widths.customer ?? 240,
      sortable: false,
      render: (row) => (
        <Link to="/customers/$id" params={{ id: row.customerId }} onClick={(event) => event.stopPropagation()}>
          {row.customerName}
        </Link>
      ),
    },
  ];
  const wanted = selected.size > 0 ? { ids: [...selected] } : { ...(filter ? { filter } : {}), ...(q ? { q } : {}) };
  return (
    <div className="page full">
      <div className="page-head">
        <h1>{t('contacts.title')}</h1>
        <div className="page-actions">
          <ExportSheet source="contact" query={{ ...wanted, fields, sort }} />
        </div>
      </div>
      <div className="bar">
        <SearchBox label={t('contacts.list.search')} value={q} onChange={(next) => change({ q: next })} />
        <Button
          icon={<FilterOutlined aria-hidden />}
          type={filter ? 'primary' : 'default'}
          ghost={filter !== undefined}
          onClick={() => setDialog('filter')}
        >
          {t('customers.filter')}
        </Button>
        {narrow ? null : (
          <Button icon={<SettingOutlined aria-hidden />} onClick={() => setDialog('columns')}>
            {t('ui.columns')}
          </Button>
        )}
        {selected.size > 0 ? <span className="muted">{t('contacts.list.selected', { n: selected.size })}</span> : null}
        {selected.size > 1 && selected.size <= 10 && can('customer:merge') ? (
          <Link to="/duplicates/merge" search={{ people: [...selected].join() } as never}>
            <Button>{t('contacts.list.merge')}</Button>
          </Link>
        ) : null}
      </div>
      {filter ? (
        <div className="bar">
          <Tag closable onClose={() => change({ filter: undefined })} className="filter-tag">
            <ConditionText condition={filter} fields={dictionary.fields} />
          </Tag>
        </div>
      ) : null}
      <ProblemAlert problem={list.error} onRetry={() => void list.refetch()} />
      <DataGrid
        name={t('contacts.title')}
        columns={columns}
        rows={rows}
        sort={sort}
        sortLabel={sorted ? label(sorted.label) : sort}
        onSort={(next) => change({ sort: next })}
        onResize={(key, width) => setWidths({ ...widths, [key]: width })}
        onEnd={onEnd}
        loading={list.isPending}
        selected={selected}
        onSelect={setSelected}
        onOpen={(row) => void navigate({ to: '/contacts/$id', params: { id: row.id } })}
        narrow={narrow}
        selectName={(row) => String(row.values.name ?? '')}
        card={(row) => (
          <Link to="/contacts/$id" params={{ id: row.id }}>
            <strong>{String(row.values.name ?? '')}</strong>{' '}
            <span className="muted">{String(row.values.position ?? '')}</span>
            <div className="muted small">{row.customerName}</div>
          </Link>
        )}
        empty={<EmptyState text={t(filter || q ? 'contacts.list.noneMatch' : 'contacts.list.none')} />}
      />
      {dialog === 'columns' ? (
        <ColumnChooser
          all={dictionary.fields.map((field) => ({ key: field.key, label: label(field.label) }))}
          chosen={keys}
          onClose={() => setDialog(null)}
          onSave={(next) => {
            remember.mutate({ body: { preferences: { ...user.preferences, [remembered]: next.join() } } });
            setDialog(null);
          }}
        />
      ) : null}
      {dialog === 'filter' ? (
        <PeopleFilter
          fields={dictionary.fields}
          value={filter}
          onApply={(next) => {
            change({ filter: next });
            setDialog(null);
          }}
          onClose={() => setDialog(null)}
        />
      ) : null}
    </div>
  );
}

function PeopleFilter({
  fields,
  value,
  onApply,
  onClose,
}: {
  fields: FieldDefinition[];
  value: Condition | undefined;
  onApply(value: Condition | undefined): void;
  onClose(): void;
}) {
  const { t } = useTranslation();
  const filter = useCondition(value);
  return (
    <Modal
      open
      width={860}
      title={t('customers.filter')}
      okText={t('ui.apply')}
      cancelText={t('ui.cancel')}
      okButtonProps={{ disabled: filter.unfinished }}
      onOk={() => onApply(filter.value)}
      onCancel={onClose}
    >
      <ConditionBuilder id="people-filter" fields={fields} condition={filter} />
    </Modal>
  );
}

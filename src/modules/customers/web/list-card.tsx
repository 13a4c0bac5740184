import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { ObjectDictionary } from '#modules/fields/web/index.tsx';
import { FieldValue } from '#ui/fields/field-value.tsx';
import { labelled } from '#ui/format.ts';
import { label } from '#ui/i18n.ts';
import type { customerRow } from '../contract.ts';
import type { ListState } from './list-state.ts';

export type CustomerListRow = (typeof customerRow)['_output'];

/** What a card shows where nobody chose columns. */
const usual = ['ownerId', 'grade', 'phones'];
/** These have their place in the card; further columns follow it. */
const placed = ['name', 'number', ...usual];

/** The columns a phone's list shows in its cards; it has no room for more than what somebody chose or orders by. */
export function cardKeys({ chosen, columns, sort }: ListState): string[] {
  const keys = chosen ? columns.map((column) => column.key) : usual;
  const sorted = sort.replace(/^-/, '');
  // The order nobody chose needs no line.
  return sorted === 'updatedAt' ? keys : [...new Set([...keys, sorted])];
}

/** A customer in the list of a narrow screen. */
export function CustomerListCard({
  row,
  keys,
  labels,
  dictionary,
}: {
  row: CustomerListRow;
  keys: string[];
  labels: Record<string, string>;
  dictionary: ObjectDictionary;
}) {
  const { t } = useTranslation();
  const value = (key: string) => {
    const field = keys.includes(key) ? dictionary.byKey.get(key) : undefined;
    return field ? <FieldValue field={field} value={row.values[key]} labels={labels} short /> : null;
  };
  const further = keys.filter((key) => !placed.includes(key) && row.values[key] !== undefined);
  return (
    <Link to="/customers/$id" params={{ id: row.id }}>
      <div className="row">
        <strong>{String(row.values.name ?? t('customers.noName'))}</strong>
        {row.values.grade ? value('grade') : null}
      </div>
      <div className="muted small">
        {row.number} {keys.includes('ownerId') ? labels[row.ownerId ?? ''] : ''}
      </div>
      <div className="small">{value('phones')}</div>
      {further.map((key) => (
        <div key={key} className="muted small">
          {labelled(label(dictionary.byKey.get(key)?.label ?? { zh: key, en: key }))}
          {value(key)}
        </div>
      ))}
    </Link>
  );
}

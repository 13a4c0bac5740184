import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import type { ObjectDictionary } from '#modules/fields/web/index.tsx';
import { fieldsNamed } from '#shared/conditions.ts';
import { useEndpoint } from '#ui/api.ts';
import { listed } from '#ui/format.ts';
import { label } from '#ui/i18n.ts';
import { listViews } from '../views-contract.ts';
import type { ListState } from './list-state.ts';

/** Why the list is not as the view or the address was saved: the view is gone, or fields of it are hidden by now. */
export function ViewNotice({ state, dictionary }: { state: ListState; dictionary: ObjectDictionary }) {
  const { t } = useTranslation();
  const { data } = useEndpoint(listViews);
  const gone = state.view !== undefined && data !== undefined && !data.items.some((view) => view.id === state.view);
  const missing = (keys: string[]) => {
    const gone = [...new Set(keys)].filter((key) => !dictionary.byKey.has(key));
    const names = gone.flatMap((key) => dictionary.hidden.get(key) ?? []).map(label);
    const unseen = gone.length - names.length;
    return listed([...names, ...(unseen > 0 ? [t('customers.views.unseen', { n: unseen })] : [])]);
  };
  const filter = missing(state.filter ? fieldsNamed(state.filter) : []);
  const sort = missing([state.sort.replace(/^-/, '')]);
  const columns = missing(state.columns.map((column) => column.key));
  const lines = [
    ...(gone ? [t('customers.views.gone')] : []),
    ...(filter ? [t('customers.views.filterMissing', { fields: filter })] : []),
    ...(sort ? [t('customers.views.sortMissing', { fields: sort })] : []),
    ...(columns ? [t('customers.views.columnsMissing', { fields: columns })] : []),
  ];
  return lines.length > 0 ? (
    <Alert className="problem" type="warning" showIcon role="status" title={lines.join(' ')} />
  ) : null;
}

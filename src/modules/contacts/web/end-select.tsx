import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { searchRecords } from '#modules/customers/contract.ts';
import { call } from '#ui/api.ts';
import type { EndKind } from '../relation-contract.ts';

export interface End {
  kind: EndKind;
  id: string;
  name: string;
}

interface EndSelectProps {
  id?: string;
  value: End | null;
  onChange(end: End | null): void;
  kinds?: EndKind[];
  placeholder?: string;
  'aria-label'?: string;
}

/** Chooses a customer or a person by typing part of the name, pinyin or phone. */
export function EndSelect({ id, value, onChange, kinds, placeholder, ...rest }: EndSelectProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const query = useDeferredValue(typed.trim());
  const found = useQuery({
    queryKey: ['relationEnd', query],
    enabled: query !== '',
    queryFn: () => call(searchRecords, { query: { q: query, limit: 20 } }),
  });
  const ends = new Map<string, End>();
  if (value) ends.set(value.id, value);
  for (const item of query === '' ? [] : (found.data?.items ?? [])) {
    if (!kinds || kinds.includes(item.kind))
      ends.set(item.id, {
        kind: item.kind,
        id: item.id,
        name: item.kind === 'contact' ? `${item.title} · ${item.customerName}` : `${item.title} ${item.number}`,
      });
  }
  return (
    <Select
      {...rest}
      id={id}
      className="full-width"
      allowClear
      showSearch={{ filterOption: false, onSearch: setTyped }}
      placeholder={placeholder ?? t('relations.findEnd')}
      value={value?.id}
      options={[...ends.values()].map((end) => ({ value: end.id, label: end.name }))}
      notFoundContent={typed ? t('ui.nothingFound') : t('ui.typeToFind')}
      onChange={(next?: string) => onChange(next ? (ends.get(next) ?? null) : null)}
    />
  );
}

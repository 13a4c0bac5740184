import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLookups } from './lookups.tsx';

export interface RecordSelectProps {
  id?: string;
  kind: 'user' | 'customer';
  value: string | null;
  /** Name of the present value. */
  label?: string;
  onChange(value: string | null): void;
  allowClear?: boolean;
  /** Users who may no longer sign in can be chosen too. */
  blocked?: boolean;
  'aria-label'?: string;
  placeholder?: string;
}

/** Chooses a user or customer by typing part of its name. */
export function RecordSelect({
  kind,
  value,
  label,
  onChange,
  allowClear = true,
  blocked = false,
  ...rest
}: RecordSelectProps) {
  const { t } = useTranslation();
  const lookups = useLookups();
  const [typed, setTyped] = useState('');
  const query = useDeferredValue(typed);
  const found = useQuery({
    queryKey: ['lookup', kind, query, blocked],
    queryFn: () => (kind === 'user' ? lookups.user(query, blocked) : lookups.customer(query)),
  });
  const options = (found.data ?? []).map((item) => ({ value: item.id, label: item.name }));
  if (value && label && !options.some((item) => item.value === value)) options.unshift({ value, label });
  return (
    <Select
      {...rest}
      className="full-width"
      allowClear={allowClear}
      showSearch={{ filterOption: false, onSearch: setTyped }}
      value={value ?? undefined}
      options={options}
      notFoundContent={typed ? t('ui.nothingFound') : t('ui.typeToFind')}
      onChange={(next?: string) => onChange(next ?? null)}
    />
  );
}

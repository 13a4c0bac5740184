import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Choice, useLookups } from '#ui/fields/lookups.tsx';

/** Chooses several users by typing part of their names. */
export function PeopleSelect({
  id,
  value,
  names,
  onChange,
}: {
  id: string;
  value: string[];
  names: Record<string, string>;
  onChange(value: string[], people: Choice[]): void;
}) {
  const { t } = useTranslation();
  const lookups = useLookups();
  const [typed, setTyped] = useState('');
  const query = useDeferredValue(typed);
  const found = useQuery({ queryKey: ['lookup', 'user', query], queryFn: () => lookups.user(query) });
  const options = (found.data ?? []).map((item) => ({ value: item.id, label: item.name }));
  for (const chosen of value)
    if (!options.some((item) => item.value === chosen) && names[chosen])
      options.unshift({ value: chosen, label: names[chosen] });
  return (
    <Select
      id={id}
      mode="multiple"
      className="full-width"
      showSearch={{ filterOption: false, onSearch: setTyped }}
      value={value}
      options={options}
      notFoundContent={typed ? t('ui.nothingFound') : t('ui.typeToFind')}
      onChange={(ids: string[]) =>
        onChange(
          ids,
          ids.map((one) => ({ id: one, name: options.find((item) => item.value === one)?.label ?? '' })),
        )
      }
    />
  );
}

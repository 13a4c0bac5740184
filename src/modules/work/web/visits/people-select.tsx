import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLookups } from '#ui/fields/lookups.tsx';

interface Person {
  id: string;
  name: string;
}

/** Several colleagues, found by typing part of a name. */
export function PeopleSelect({
  id,
  value,
  onChange,
}: {
  id: string;
  value: Person[];
  onChange(people: Person[]): void;
}) {
  const { t } = useTranslation();
  const lookups = useLookups();
  const [typed, setTyped] = useState('');
  const query = useDeferredValue(typed);
  const found = useQuery({ queryKey: ['lookup', 'user', query], queryFn: () => lookups.user(query) });
  const known = [...value, ...(found.data ?? []).filter((item) => !value.some((person) => person.id === item.id))];
  return (
    <Select
      id={id}
      className="full-width"
      mode="multiple"
      showSearch={{ filterOption: false, onSearch: setTyped }}
      value={value.map((person) => person.id)}
      options={known.map((person) => ({ value: person.id, label: person.name }))}
      notFoundContent={typed ? t('ui.nothingFound') : t('ui.typeToFind')}
      onChange={(ids: string[]) => onChange(ids.flatMap((one) => known.find((person) => person.id === one) ?? []))}
    />
  );
}

import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { type AriaAttributes, useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Choice, type LinkKind, useLookups } from './lookups.tsx';

interface Common extends AriaAttributes {
  id?: string;
  kind: LinkKind;
  /** Users who may no longer sign in can be chosen too. */
  blocked?: boolean;
  /** Customers of this user alone. */
  ownerId?: string;
  placeholder?: string;
}
interface One extends Common {
  multiple?: false;
  value: string | null;
  /** Name of the present value. */
  label?: string;
  allowClear?: boolean;
  onChange(value: string | null): void;
}
interface Many extends Common {
  multiple: true;
  value: string[];
  /** Names of the present values, by id. */
  names?: Record<string, string>;
  maxCount?: number;
  onChange(value: string[], chosen: Choice[]): void;
}
interface Item {
  value: string;
  label: string;
}

/** Chooses a user, customer or person, or several of them, by typing part of the name. */
export function RecordSelect(props: One | Many) {
  const { id, kind, blocked = false, ownerId, placeholder } = props;
  const { t } = useTranslation();
  const lookups = useLookups();
  const [typed, setTyped] = useState('');
  // What was chosen here keeps its name when the next search no longer finds it.
  const [known, setKnown] = useState<Record<string, string>>({});
  const query = useDeferredValue(typed);
  const found = useQuery({
    queryKey: ['lookup', kind, query, blocked, ownerId],
    queryFn: () => {
      if (kind === 'contact') return lookups.contact(query);
      return kind === 'user' ? lookups.user(query, blocked) : lookups.customer(query, ownerId);
    },
  });
  // A page opened by its address, and a condition, know the id and not the name.
  const unnamed = !props.multiple && props.value && !props.label && !known[props.value] ? props.value : null;
  const named = useQuery({
    queryKey: ['lookup', 'names', kind, unnamed],
    queryFn: () => lookups.names({ [kind]: [unnamed ?? ''] }),
    enabled: unnamed !== null,
  });
  const options = (found.data ?? []).map((item): Item => ({ value: item.id, label: item.name }));
  const item = (value: string, given: string | undefined): Item => ({
    value,
    label: known[value] ?? given ?? options.find((option) => option.value === value)?.label ?? '…',
  });
  const keep = (items: Item[]) =>
    setKnown({ ...known, ...Object.fromEntries(items.map(({ value, label }) => [value, label])) });
  const common = {
    ...Object.fromEntries(Object.entries(props).filter(([key]) => key.startsWith('aria-'))),
    ...{ id, placeholder, options },
    className: 'full-width',
    labelInValue: true,
    showSearch: { filterOption: false, onSearch: setTyped },
    notFoundContent: typed ? t('ui.nothingFound') : t('ui.typeToFind'),
  };
  if (props.multiple)
    return (
      <Select<Item[]>
        {...common}
        mode="multiple"
        maxCount={props.maxCount}
        value={props.value.map((value) => item(value, props.names?.[value]))}
        onChange={(next) => {
          keep(next);
          props.onChange(
            next.map(({ value }) => value),
            next.map(({ value, label }) => ({ id: value, name: label })),
          );
        }}
      />
    );
  return (
    <Select<Item>
      {...common}
      allowClear={props.allowClear ?? true}
      value={
        props.value
          ? item(props.value, props.label ?? (named.data && (named.data[props.value] ?? t('ui.notShown'))))
          : undefined
      }
      onChange={(next?: Item) => {
        if (next) keep([next]);
        props.onChange(next?.value ?? null);
      }}
    />
  );
}

import { Select } from 'antd';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEndpoint } from '#ui/api.ts';
import { listMaterials } from '../contract.ts';

interface Chosen {
  id: string;
  title: string;
}

/** Chooses among the materials that may be sent, by typing part of title or product. */
export function MaterialSelect({
  id,
  value,
  onChange,
}: {
  id: string;
  value: Chosen[];
  onChange(value: Chosen[]): void;
}) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const q = useDeferredValue(typed.trim());
  const { data } = useEndpoint(listMaterials, { query: { state: 'current', limit: 50, ...(q ? { q } : {}) } });
  const found = (data?.items ?? []).map((item) => ({
    value: item.id,
    label: item.title,
    title: item.title,
    hint: [t(`materials.kinds.${item.kind}`), t(`materials.languages.${item.language}`), item.product]
      .filter(Boolean)
      .join(' · '),
  }));
  const kept = value
    .filter((item) => !found.some((option) => option.value === item.id))
    .map((item) => ({ value: item.id, label: item.title, title: item.title, hint: '' }));
  return (
    <Select
      id={id}
      mode="multiple"
      className="full-width"
      maxCount={10}
      showSearch={{ filterOption: false, onSearch: setTyped }}
      value={value.map((item) => item.id)}
      options={[...kept, ...found]}
      optionRender={({ data: option }) => (
        <>
          {option.label} <span className="muted small">{option.hint}</span>
        </>
      )}
      notFoundContent={t(typed ? 'ui.nothingFound' : 'materials.emptyFound')}
      onChange={(ids: string[]) => {
        const titles = new Map([...kept, ...found].map((option) => [option.value, option.label]));
        onChange(ids.map((item) => ({ id: item, title: titles.get(item) ?? '' })));
      }}
    />
  );
}

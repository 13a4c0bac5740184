import './materials.css';
import { PlusOutlined } from '@ant-design/icons';
import { Link, useNavigate } from '@tanstack/react-router';
import { Button, Select, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { oneOf, useAddress, words } from '#ui/address.ts';
import { formatTime } from '#ui/format.ts';
import { itemsOf, LoadMore, usePages } from '#ui/load-more.tsx';
import { EmptyState, Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { SearchBox } from '#ui/search-box.tsx';
import { useCan } from '#ui/session.tsx';
import { listMaterials, type MaterialView, materialKinds, materialLanguages, materialStates } from '../contract.ts';
import { MaterialForm } from './material-form.tsx';
import { MaterialState } from './material-state.tsx';
import { sizeText } from './size-text.ts';

/** The library: brochures, manuals and the like, each with its newest version. */
export default function MaterialsPage() {
  const { t } = useTranslation();
  const can = useCan();
  const navigate = useNavigate();
  const [{ q, ...filter }, put] = useAddress({
    q: words,
    kind: oneOf(materialKinds),
    language: oneOf(materialLanguages),
    state: oneOf(materialStates),
  });
  const [adding, setAdding] = useState(false);
  const pages = usePages(listMaterials, { query: { limit: 50, ...(q ? { q } : {}), ...filter } });
  const items = itemsOf(pages);
  const filtered = q !== '' || Object.values(filter).some((value) => value !== undefined);
  const choices = [
    { key: 'kind', label: t('materials.kind'), options: materialKinds, text: 'kinds' },
    { key: 'language', label: t('materials.language'), options: materialLanguages, text: 'languages' },
    { key: 'state', label: t('materials.state'), options: materialStates, text: 'states' },
  ] as const;
  return (
    <Page
      title={t('materials.title')}
      actions={
        can('material:manage') ? (
          <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setAdding(true)}>
            {t('materials.add')}
          </Button>
        ) : null
      }
    >
      <div className="bar">
        <SearchBox label={t('materials.search')} maxLength={200} value={q} onChange={(next) => put({ q: next })} />
        {choices.map(({ key, label, options, text }) => (
          <Select
            key={key}
            className="material-filter"
            aria-label={label}
            placeholder={label}
            allowClear
            value={filter[key] as string | undefined}
            options={options.map((value) => ({ value: value as string, label: t(`materials.${text}.${value}`) }))}
            onChange={(value?: string) => put({ [key]: value })}
          />
        ))}
      </div>
      <ProblemAlert problem={pages.error} onRetry={() => void pages.refetch()} />
      {pages.isPending ? <Loading /> : null}
      {pages.data && items.length === 0 ? (
        <EmptyState text={t(filtered ? 'materials.emptyFound' : 'materials.empty')} />
      ) : null}
      {items.length > 0 ? (
        <ul className="cards panel">
          {items.map((item) => (
            <Row key={item.id} material={item} />
          ))}
        </ul>
      ) : null}
      <LoadMore query={pages} />
      {adding ? (
        <MaterialForm
          onClose={(saved) => {
            setAdding(false);
            if (saved) void navigate({ to: '/materials/$id', params: { id: saved.id } });
          }}
        />
      ) : null}
    </Page>
  );
}

function Row({ material }: { material: MaterialView }) {
  const { t } = useTranslation();
  return (
    <li className="list-row">
      <div className="grow">
        <Link to="/materials/$id" params={{ id: material.id }} className="material-title">
          {material.title}
        </Link>
        <div className="muted small material-facts">
          <span>{t(`materials.languages.${material.language}`)}</span>
          {material.product ? <span>{material.product}</span> : null}
          {material.edition > 0 ? <span>{t('materials.edition', { n: material.edition })}</span> : null}
          {material.file ? <span>{sizeText(material.file.size, t)}</span> : null}
          <span>{t('materials.updated', { at: formatTime(material.updatedAt, false) })}</span>
          {material.validUntil ? <span>{t('materials.public.validUntil', { day: material.validUntil })}</span> : null}
        </div>
      </div>
      <Tag>{t(`materials.kinds.${material.kind}`)}</Tag>
      <MaterialState state={material.state} />
    </li>
  );
}

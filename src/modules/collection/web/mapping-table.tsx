import { Alert, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { columnLetter, columnNames } from '#shared/column-names.ts';
import type { ResponseOf } from '#shared/endpoint.ts';
import { Refusal } from '#ui/fields/form-field.tsx';
import { label } from '#ui/i18n.ts';
import { ScrollRegion } from '#ui/scroll-region.tsx';
import type { ImportView, listImportTargets } from '../contract.ts';

export type Target = ResponseOf<typeof listImportTargets>['items'][number];
type Mapping = ImportView['options']['mapping'];

/** What each column of the sheet means. */
export function MappingTable({
  item,
  target,
  mapping,
  errors,
  onChange,
}: {
  item: ImportView;
  target: Target;
  mapping: Mapping;
  /** What the server refused: of all columns together by `mapping`, of one by `mapping.<index>`. */
  errors: Partial<Record<string, string>>;
  onChange(mapping: Mapping): void;
}) {
  const { t } = useTranslation();
  const groups = [...Map.groupBy(target.columns, (column) => column.group)].map(([group, columns]) => ({
    label: t(`collection.groups.${group}`),
    options: columns.map((column) => ({
      value: column.key,
      label: group === 'contact' ? `${t('collection.groups.contact')} · ${label(column.label)}` : label(column.label),
    })),
  }));
  const mapped = Object.keys(mapping).length;
  const names = columnNames(item.columns);
  return (
    <div className="panel">
      <h2>{t('collection.columns')}</h2>
      <p className="muted" aria-live="polite">
        {t('collection.recognised', { n: mapped, total: item.columns.length })}
      </p>
      {mapped < item.columns.length ? <Alert type="info" showIcon title={t('collection.unmapped')} /> : null}
      <ScrollRegion name={t('collection.columns')}>
        <table className="plain sides" id="import-columns">
          <thead>
            <tr>
              <th scope="col">{t('collection.heading')}</th>
              <th scope="col">{t('collection.target')}</th>
              <th scope="col">{t('collection.samples')}</th>
            </tr>
          </thead>
          <tbody>
            {item.columns.map((column) => (
              <tr key={column.index}>
                <th scope="row">
                  <span className="muted">{columnLetter(column.index)}</span>{' '}
                  {column.heading || t('collection.column', { n: column.index + 1 })}
                </th>
                <td data-label={t('collection.target')}>
                  <Select
                    id={`import-column-${column.index}`}
                    className="target-select"
                    aria-label={t('collection.targetOf', { name: names.get(column.index) ?? '' })}
                    allowClear
                    showSearch={{ optionFilterProp: 'label' }}
                    placeholder={t('collection.skipColumn')}
                    value={mapping[String(column.index)]}
                    options={groups}
                    onChange={(next?: string) => {
                      const { [String(column.index)]: _, ...rest } = mapping;
                      onChange(next ? { ...rest, [String(column.index)]: next } : rest);
                    }}
                  />
                  <Refusal id={`import-column-${column.index}`} error={errors[`mapping.${column.index}`]} />
                </td>
                <td className="muted" data-label={t('collection.samples')}>
                  {column.samples.slice(0, 3).join(' / ')}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      <Refusal id="import-columns" error={errors.mapping} />
    </div>
  );
}

/** The first rows as they stand in the sheet. */
export function SheetPreview({ item }: { item: ImportView }) {
  const { t } = useTranslation();
  const rows = item.preview.map((row, index) => ({ key: `row-${index}`, row }));
  return (
    <section className="panel" aria-labelledby="import-preview">
      <h2 id="import-preview">{t('collection.preview')}</h2>
      <ScrollRegion name={t('collection.preview')}>
        <table className="plain preview">
          <thead>
            <tr>
              {item.columns.map((column) => (
                <th key={column.index} scope="col">
                  {column.heading || columnLetter(column.index)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ key, row }) => (
              <tr key={key}>
                {item.columns.map((column) => (
                  <td key={column.index}>{String(row[column.index] ?? '')}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </section>
  );
}

import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Input, Radio, Select } from 'antd';
import i18next from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDictionary } from '#modules/fields/web/index.tsx';
import { customerKinds } from '#shared/fields.ts';
import { useSend } from '#ui/api.ts';
import { FormField } from '#ui/fields/form-field.tsx';
import { label } from '#ui/i18n.ts';
import { Loading, ProblemAlert } from '#ui/page.tsx';
import { ScrollRegion } from '#ui/scroll-region.tsx';
import { duplicateModes, getImport, type ImportView, startImport, updateImport } from '../contract.ts';

/** What each column means, what to do with known customers, and the first rows as they will be read. */
export function ImportMapping({ item }: { item: ImportView }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const customer = useDictionary('customer');
  const contact = useDictionary('contact');
  const update = useSend(updateImport);
  const start = useSend(startImport, ['/imports']);
  const [mapping, setMapping] = useState(item.options.mapping);
  const [duplicates, setDuplicates] = useState(item.options.duplicates);
  const [owner, setOwner] = useState(item.options.owner ?? 'importer');
  const [kind, setKind] = useState(item.options.kind);
  const [header, setHeader] = useState(String(item.options.headerRow));
  if (!customer || !contact) return <Loading />;
  const put = (view: ImportView) =>
    client.setQueryData([getImport.path, { id: item.id }, null, i18next.language], view);
  const run = async () => {
    const saved = await update.mutateAsync({
      params: { id: item.id },
      ifMatch: item.version,
      body: { mapping, duplicates, kind, owner },
    });
    // The saved draft stays in hand: if the start is refused, the next try begins from its version.
    const started = await start
      .mutateAsync({ params: { id: item.id }, ifMatch: saved.version })
      .catch((problem: unknown) => {
        put(saved);
        throw problem;
      });
    put(started);
  };
  const previewRows = item.preview.map((row, index) => ({ key: `row-${index}`, row }));
  const targets = [
    {
      label: t('collection.customer'),
      options: customer.fields
        .filter(
          (field) => (!field.readOnly || ['createdAt', 'createdBy'].includes(field.key)) && field.type !== 'score',
        )
        .map((field) => ({ value: `customer.${field.key}`, label: label(field.label) })),
    },
    {
      label: t('collection.contact'),
      options: contact.fields
        .filter((field) => !field.readOnly)
        .map((field) => ({
          value: `contact.${field.key}`,
          label: `${t('collection.contact')} · ${label(field.label)}`,
        })),
    },
  ];
  const mapped = Object.keys(mapping).length;
  return (
    <>
      <ProblemAlert problem={update.error ?? start.error} />
      <div className="panel">
        <h2>{t('collection.columns')}</h2>
        <p className="muted" aria-live="polite">
          {t('collection.recognised', { n: mapped, total: item.columns.length })}
        </p>
        {mapped < item.columns.length ? <Alert type="info" showIcon title={t('collection.unmapped')} /> : null}
        <ScrollRegion name={t('collection.columns')}>
          <table className="plain">
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
                  <th scope="row">{column.heading || t('collection.column', { n: column.index + 1 })}</th>
                  <td>
                    <Select
                      className="target-select"
                      aria-label={t('collection.targetOf', { name: column.heading || String(column.index + 1) })}
                      allowClear
                      showSearch={{ optionFilterProp: 'label' }}
                      placeholder={t('collection.skipColumn')}
                      value={mapping[String(column.index)]}
                      options={targets}
                      onChange={(next?: string) => {
                        const { [String(column.index)]: _, ...rest } = mapping;
                        setMapping(next ? { ...rest, [String(column.index)]: next } : rest);
                      }}
                    />
                  </td>
                  <td className="muted">{column.samples.slice(0, 3).join(' / ')}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      </div>
      <div className="panel">
        <h2>{t('collection.options')}</h2>
        <FormField
          id="import-duplicates"
          label={t('collection.duplicates')}
          help={t(`collection.duplicateHelp.${duplicates}`)}
        >
          <Radio.Group
            id="import-duplicates"
            optionType="button"
            value={duplicates}
            onChange={(event) => setDuplicates(event.target.value)}
            options={duplicateModes.map((mode) => ({ value: mode, label: t(`collection.duplicateModes.${mode}`) }))}
          />
        </FormField>
        <FormField id="import-kind" label={t('collection.kind')}>
          <Select
            id="import-kind"
            className="target-select"
            value={kind}
            options={customerKinds.map((key) => ({ value: key, label: t(`ui.kind.${key}`) }))}
            onChange={setKind}
          />
        </FormField>
        <FormField id="import-owner" label={t('collection.owner')} help={t(`collection.ownerHelp.${owner}`)}>
          <Select
            id="import-owner"
            className="target-select"
            value={owner}
            options={(['importer', 'rules'] as const).map((value) => ({
              value,
              label: t(`collection.owners.${value}`),
            }))}
            onChange={setOwner}
          />
        </FormField>
        <FormField id="import-header" label={t('collection.headerRow')} help={t('collection.headerHelp')}>
          <Input
            id="import-header"
            className="condition-count"
            inputMode="numeric"
            value={header}
            onChange={(event) => setHeader(event.target.value)}
            onBlur={() => {
              const row = Number(header);
              if (Number.isInteger(row) && row > 0 && row !== item.options.headerRow)
                update.mutate(
                  { params: { id: item.id }, ifMatch: item.version, body: { headerRow: row } },
                  {
                    onSuccess: (view) => {
                      put(view);
                      // Other headings, other columns: what was chosen for the old ones means nothing here.
                      setMapping(view.options.mapping);
                    },
                  },
                );
            }}
          />
        </FormField>
      </div>
      <section className="panel" aria-labelledby="import-preview">
        <h2 id="import-preview">{t('collection.preview')}</h2>
        <ScrollRegion name={t('collection.preview')}>
          <table className="plain preview">
            <thead>
              <tr>
                {item.columns.map((column) => (
                  <th key={column.index} scope="col">
                    {column.heading}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {previewRows.map(({ key, row }) => (
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
      <div className="row">
        <Button
          type="primary"
          size="large"
          loading={update.isPending || start.isPending}
          onClick={() => void run().catch(() => {})}
        >
          {t('collection.start')}
        </Button>
      </div>
    </>
  );
}

import { useQueryClient } from '@tanstack/react-query';
import { Button, Input, Radio, Select } from 'antd';
import i18next from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { customerKinds } from '#shared/fields.ts';
import { useEndpoint, useSend } from '#ui/api.ts';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { Loading, ProblemAlert } from '#ui/page.tsx';
import { useCan } from '#ui/session.tsx';
import {
  getImport,
  type ImportOptions,
  type ImportView,
  listImportTargets,
  startImport,
  updateImport,
} from '../contract.ts';
import { MappingTable, SheetPreview } from './mapping-table.tsx';
import { OwnerChoice } from './owner-choice.tsx';

/** What the rows become, what each column means, what to do with known ones, and the first rows as they will be read. */
export function ImportMapping({ item }: { item: ImportView }) {
  const { t } = useTranslation();
  const can = useCan();
  const client = useQueryClient();
  const targets = useEndpoint(listImportTargets);
  const update = useSend(updateImport);
  const start = useSend(startImport, ['/imports']);
  const [mapping, setMapping] = useState(item.options.mapping);
  const [duplicates, setDuplicates] = useState(item.options.duplicates);
  const [kind, setKind] = useState(item.options.kind);
  const [owner, setOwner] = useState(item.options.owner);
  const [header, setHeader] = useState(String(item.options.headerRow));
  const target = targets.data?.items.find(({ key }) => key === item.target);
  if (!targets.data || !target)
    return targets.error ? (
      <ProblemAlert problem={targets.error} onRetry={() => void targets.refetch()} />
    ) : (
      <Loading />
    );
  const put = (view: ImportView) =>
    client.setQueryData([getImport.path, { id: item.id }, null, i18next.language], view);
  const save = (body: Partial<ImportOptions> & { target?: string }) =>
    update.mutateAsync({ params: { id: item.id }, ifMatch: item.version, body });
  const noRow = !/^\s*\d+\s*$/.test(header);
  // Other headings, other columns: what was chosen for the old ones means nothing here.
  const moveHeader = () => save({ headerRow: Number(header), duplicates, kind }).then(put, () => {});
  const moved = header.trim() !== String(item.options.headerRow);
  const run = async () => {
    // Whoever named another heading row has not seen its columns yet.
    if (noRow) return document.getElementById('import-header')?.focus();
    if (moved) return moveHeader();
    const saved = await save({ mapping, duplicates, kind, owner });
    // The saved draft stays in hand: if the start is refused, the next try begins from its version.
    const started = await start
      .mutateAsync({ params: { id: item.id }, ifMatch: saved.version })
      .catch((problem: unknown) => {
        put(saved);
        throw problem;
      });
    put(started);
  };
  const map = (next: typeof mapping) => {
    setMapping(next);
    // A column said to hold the owner is meant to decide.
    if (owner.way === 'me' && Object.values(next).includes('customer.owner')) setOwner({ way: 'column' });
  };
  const { errors, rest } = atFields(
    update.error ?? start.error,
    ...(['mapping', 'duplicates', 'owner', 'headerRow', 'sheet'] as const),
    ...item.columns.map(({ index }) => `mapping.${index}` as const),
    ...(item.target === 'customer' ? (['kind'] as const) : []),
  );
  return (
    <>
      <ProblemAlert problem={rest} />
      {item.sheets.length > 1 || targets.data.items.length > 1 ? (
        <div className="panel">
          {item.sheets.length > 1 ? (
            <FormField
              id="import-sheet"
              label={t('collection.sheet')}
              help={t('collection.sheetHelp')}
              error={errors.sheet}
            >
              <Select
                id="import-sheet"
                className="target-select"
                value={item.options.sheet}
                disabled={update.isPending}
                options={item.sheets.map((name) => ({ value: name, label: name }))}
                onChange={(sheet) => void save({ sheet, duplicates, kind }).then(put, () => {})}
              />
            </FormField>
          ) : null}
          {targets.data.items.length > 1 ? (
            <FormField id="import-target" label={t('collection.what')}>
              <Radio.Group
                id="import-target"
                optionType="button"
                value={item.target}
                disabled={update.isPending}
                onChange={(event) => void save({ target: event.target.value }).then(put, () => {})}
                options={targets.data.items.map(({ key }) => ({ value: key, label: t(`collection.whats.${key}`) }))}
              />
            </FormField>
          ) : null}
        </div>
      ) : null}
      <MappingTable item={item} target={target} mapping={mapping} errors={errors} onChange={map} />
      <div className="panel">
        <h2>{t('collection.options')}</h2>
        <FormField
          id="import-duplicates"
          label={t(`collection.duplicates.${item.target}`)}
          help={t(`collection.duplicateHelp.${item.target}.${duplicates}`)}
          error={errors.duplicates}
        >
          <Radio.Group
            id="import-duplicates"
            optionType="button"
            value={duplicates}
            onChange={(event) => setDuplicates(event.target.value)}
            options={target.modes.map((mode) => ({ value: mode, label: t(`collection.duplicateModes.${mode}`) }))}
          />
        </FormField>
        {item.target === 'customer' ? (
          <FormField id="import-kind" label={t('collection.kind')} error={errors.kind}>
            <Select
              id="import-kind"
              className="target-select"
              value={kind}
              options={customerKinds.map((key) => ({ value: key, label: t(`ui.kind.${key}`) }))}
              onChange={setKind}
            />
          </FormField>
        ) : null}
        {item.target === 'customer' ? (
          <OwnerChoice mayAssign={can('customer:assign')} owner={owner} error={errors.owner} onChange={setOwner} />
        ) : null}
        <FormField
          id="import-header"
          label={t('collection.headerRow')}
          help={t('collection.headerHelp')}
          error={noRow ? t('errors.number.format') : errors.headerRow}
        >
          <Input
            id="import-header"
            className="condition-count"
            inputMode="numeric"
            value={header}
            onChange={(event) => setHeader(event.target.value)}
            onBlur={() => {
              if (moved && !noRow) void moveHeader();
            }}
          />
        </FormField>
      </div>
      <SheetPreview item={item} />
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

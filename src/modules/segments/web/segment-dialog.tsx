import { App, Input, Modal, Radio, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDictionary } from '#modules/fields/web/index.tsx';
import { useSend } from '#ui/api.ts';
import { ConditionBuilder, useCondition } from '#ui/fields/condition-builder.tsx';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { Loading, ProblemAlert } from '#ui/page.tsx';
import { createSegment, type SegmentView, updateSegment } from '../contract.ts';
import { LiveCount } from './live-count.tsx';

export const tagColors = ['red', 'orange', 'gold', 'green', 'cyan', 'blue', 'purple', 'magenta'];
const stale = ['/segments', '/fields'];

/** Makes or changes a segment; how many it has is counted while its condition is written. */
export function SegmentDialog({ segment, onClose }: { segment?: SegmentView; onClose(): void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const dictionary = useDictionary('customer');
  const create = useSend(createSegment, stale);
  const update = useSend(updateSegment, stale);
  const [name, setName] = useState(segment?.name ?? '');
  const [description, setDescription] = useState(segment?.description ?? '');
  const [kind, setKind] = useState(segment?.kind ?? 'dynamic');
  const [color, setColor] = useState(segment?.color ?? null);
  const condition = useCondition(segment?.condition);
  const problem = create.error ?? update.error;
  const { errors, rest } = atFields(
    problem,
    'name',
    'description',
    ...(kind === 'dynamic' ? (['condition'] as const) : []),
  );
  const done = () => {
    void message.success(t('ui.saved'));
    onClose();
  };
  const save = () => {
    const dynamic = kind === 'dynamic' && condition.value ? { condition: condition.value } : {};
    if (segment)
      update.mutate(
        { params: { id: segment.id }, ifMatch: segment.version, body: { name, description, color, ...dynamic } },
        { onSuccess: done },
      );
    else
      create.mutate(
        { body: { name, description, color, kind, ...dynamic } },
        {
          onSuccess: done,
        },
      );
  };
  return (
    <Modal
      open
      width={860}
      title={segment ? t('segments.edit') : t('segments.new')}
      okText={t('ui.save')}
      cancelText={t('ui.cancel')}
      confirmLoading={create.isPending || update.isPending}
      okButtonProps={{ disabled: kind === 'dynamic' && condition.unfinished }}
      onOk={save}
      onCancel={onClose}
    >
      <ProblemAlert problem={rest} />
      <div className="grid-2">
        <FormField id="segment-name" label={t('segments.name')} required error={errors.name}>
          <Input id="segment-name" maxLength={80} value={name} onChange={(event) => setName(event.target.value)} />
        </FormField>
        <FormField id="segment-color" label={t('segments.color')}>
          <Select
            id="segment-color"
            className="full-width"
            allowClear
            value={color}
            options={tagColors.map((value) => ({ value, label: t(`segments.colors.${value}`) }))}
            onChange={(value?: string) => setColor(value ?? null)}
          />
        </FormField>
      </div>
      <FormField id="segment-description" label={t('segments.description')} error={errors.description}>
        <Input
          id="segment-description"
          maxLength={500}
          value={description}
          onChange={(event) => setDescription(event.target.value)}
        />
      </FormField>
      {segment ? null : (
        <FormField id="segment-kind" label={t('segments.kind')} help={t(`segments.kindHelp.${kind}`)}>
          <Radio.Group
            id="segment-kind"
            optionType="button"
            value={kind}
            options={(['dynamic', 'fixed'] as const).map((value) => ({ value, label: t(`segments.kinds.${value}`) }))}
            onChange={(event) => setKind(event.target.value)}
          />
        </FormField>
      )}
      {kind === 'dynamic' ? (
        dictionary ? (
          <>
            <ConditionBuilder
              id="segment-condition"
              fields={dictionary.fields}
              condition={condition}
              error={errors.condition}
            />
            <LiveCount condition={condition.value} />
          </>
        ) : (
          <Loading />
        )
      ) : null}
    </Modal>
  );
}

import { App, Input, Modal, Radio, Select } from 'antd';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDictionary } from '#modules/fields/web/index.tsx';
import type { Condition } from '#shared/conditions.ts';
import { operatorsFor } from '#shared/operators.ts';
import { useSend } from '#ui/api.ts';
import { ConditionBuilder } from '#ui/fields/condition-builder.tsx';
import { errorsByField, FormField } from '#ui/fields/form-field.tsx';
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
  const [condition, setCondition] = useState<Condition | undefined>(segment?.condition ?? undefined);
  const [unfinished, setUnfinished] = useState(false);
  const key = useRef(crypto.randomUUID());
  const problem = create.error ?? update.error;
  const errors = errorsByField(problem?.errors ?? []);
  const done = () => {
    void message.success(t('ui.saved'));
    onClose();
  };
  const save = () => {
    const dynamic = kind === 'dynamic' && condition ? { condition } : {};
    if (segment)
      update.mutate(
        { params: { id: segment.id }, ifMatch: segment.version, body: { name, description, color, ...dynamic } },
        { onSuccess: done },
      );
    else
      create.mutate(
        { body: { name, description, color, kind, ...dynamic }, idempotencyKey: key.current },
        {
          onSuccess: done,
          onError: (error) => {
            if (error.status !== 0) key.current = crypto.randomUUID();
          },
        },
      );
  };
  const fields = (dictionary?.fields ?? []).filter((field) => field.filterable && operatorsFor(field.type).length > 0);
  return (
    <Modal
      open
      width={860}
      title={segment ? t('segments.edit') : t('segments.new')}
      okText={t('ui.save')}
      cancelText={t('ui.cancel')}
      confirmLoading={create.isPending || update.isPending}
      okButtonProps={{ disabled: kind === 'dynamic' && unfinished }}
      onOk={save}
      onCancel={onClose}
    >
      <ProblemAlert problem={problem && problem.errors.length === 0 ? problem : null} />
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
      <FormField id="segment-description" label={t('segments.description')}>
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
              fields={fields}
              value={segment?.condition ?? undefined}
              onChange={(next, open) => {
                setCondition(next);
                setUnfinished(open);
              }}
            />
            {errors.condition ? (
              <div className="form-error" role="alert">
                {errors.condition}
              </div>
            ) : null}
            <LiveCount condition={condition} />
          </>
        ) : (
          <Loading />
        )
      ) : null}
    </Modal>
  );
}

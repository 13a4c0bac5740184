import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined } from '@ant-design/icons';
import { Button, Input, InputNumber, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { ResponseOf } from '#shared/endpoint.ts';
import { FormField } from '#ui/fields/form-field.tsx';
import { RecordSelect } from '#ui/fields/record-select.tsx';
import { label } from '#ui/i18n.ts';
import type { listSubjects } from '../flow-contract.ts';
import type { Approver, FlowStep } from '../flow-shapes.ts';
import { ConditionsEditor } from './conditions-editor.tsx';
import { approverFor } from './flow-draft.ts';

export type Subjects = ResponseOf<typeof listSubjects>;

export interface StepEditorProps {
  step: FlowStep;
  index: number;
  count: number;
  subject: Subjects['items'][number];
  choices: Subjects;
  names: Record<string, string>;
  errors: Record<string, string>;
  onChange(step: FlowStep): void;
  onMove(by: -1 | 1): void;
  onRemove(): void;
}

/** One step of a flow: who, how many, under which condition, until when. */
export function StepEditor({
  step,
  index,
  count,
  subject,
  choices,
  names,
  errors,
  onChange,
  onMove,
  onRemove,
}: StepEditorProps) {
  const { t } = useTranslation();
  const id = (name: string) => `step-${index}-${name}`;
  const set = (part: Partial<FlowStep>) => onChange({ ...step, ...part });
  return (
    <fieldset className="options">
      <legend>{t('approvals.flows.stepNumber', { n: index + 1 })}</legend>
      <div className="row">
        <span className="grow" />
        <Button
          size="small"
          type="text"
          icon={<ArrowUpOutlined aria-hidden />}
          disabled={index === 0}
          aria-label={t('ui.moveUp', { name: step.name })}
          onClick={() => onMove(-1)}
        />
        <Button
          size="small"
          type="text"
          icon={<ArrowDownOutlined aria-hidden />}
          disabled={index === count - 1}
          aria-label={t('ui.moveDown', { name: step.name })}
          onClick={() => onMove(1)}
        />
        <Button
          size="small"
          type="text"
          danger
          icon={<DeleteOutlined aria-hidden />}
          disabled={count === 1}
          aria-label={t('ui.remove', { name: step.name })}
          onClick={onRemove}
        />
      </div>
      <div className="grid-2">
        <FormField id={id('name')} label={t('approvals.flows.name')} required error={errors.name}>
          <Input
            id={id('name')}
            maxLength={60}
            value={step.name}
            onChange={(event) => set({ name: event.target.value })}
          />
        </FormField>
        <FormField id={id('by')} label={t('approvals.flows.by')}>
          <Select
            id={id('by')}
            className="full-width"
            value={step.approver.by}
            options={(['manager', 'role', 'person', 'permission'] as const).map((by) => ({
              value: by,
              label: t(`approvals.flows.approver.${by}`),
            }))}
            onChange={(by) =>
              set({ approver: approverFor(by, { roleId: choices.roles[0]?.id, permission: subject.permission }) })
            }
          />
        </FormField>
        <ApproverInput
          id={id('who')}
          approver={step.approver}
          choices={choices}
          names={names}
          error={errors['approver.roleId'] ?? errors['approver.userIds'] ?? errors['approver.permission']}
          onChange={(approver) => set({ approver })}
        />
        <FormField id={id('mode')} label={t('approvals.flows.mode')}>
          <Select
            id={id('mode')}
            className="full-width"
            value={step.mode}
            options={(['any', 'all'] as const).map((mode) => ({
              value: mode,
              label: t(`approvals.flows.modes.${mode}`),
            }))}
            onChange={(mode) => set({ mode })}
          />
        </FormField>
        {step.mode === 'any' ? (
          <FormField id={id('minimum')} label={t('approvals.flows.minimum')} error={errors.minimum}>
            <InputNumber
              id={id('minimum')}
              className="full-width"
              min={1}
              max={20}
              precision={0}
              value={step.minimum}
              onChange={(minimum) => set({ minimum: minimum ?? 1 })}
            />
          </FormField>
        ) : null}
        <FormField
          id={id('deadline')}
          label={t('approvals.flows.deadline')}
          help={t('approvals.flows.deadlineHelp')}
          error={errors.deadlineHours}
        >
          <InputNumber
            id={id('deadline')}
            className="full-width"
            min={1}
            max={8760}
            precision={0}
            value={step.deadlineHours}
            onChange={(deadlineHours) => set({ deadlineHours, ...(deadlineHours ? {} : { remindHours: null }) })}
          />
        </FormField>
        {step.deadlineHours ? (
          <>
            <FormField id={id('remind')} label={t('approvals.flows.remind')} error={errors.remindHours}>
              <InputNumber
                id={id('remind')}
                className="full-width"
                min={1}
                max={8760}
                precision={0}
                value={step.remindHours}
                onChange={(remindHours) => set({ remindHours })}
              />
            </FormField>
            <FormField
              id={id('escalate')}
              label={t('approvals.flows.escalate')}
              help={t('approvals.flows.escalateHelp')}
              error={errors.escalateTo}
            >
              <RecordSelect
                id={id('escalate')}
                kind="user"
                value={step.escalateTo}
                label={step.escalateTo ? names[step.escalateTo] : undefined}
                onChange={(escalateTo) => set({ escalateTo })}
              />
            </FormField>
          </>
        ) : null}
      </div>
      <ConditionsEditor
        prefix={id('condition')}
        fields={subject.fields}
        value={step.conditions}
        errors={errors}
        onChange={(conditions) => set({ conditions })}
      />
    </fieldset>
  );
}

function ApproverInput({
  id,
  approver,
  choices,
  names,
  error,
  onChange,
}: {
  id: string;
  approver: Approver;
  choices: Subjects;
  names: Record<string, string>;
  error?: string;
  onChange(approver: Approver): void;
}) {
  const { t } = useTranslation();
  const name = approver.by === 'manager' ? 'levelOf' : `approver.${approver.by}`;
  const field = (children: React.ReactNode) => (
    <FormField id={id} label={t(`approvals.flows.${name}`)} required error={error}>
      {children}
    </FormField>
  );
  if (approver.by === 'role')
    return field(
      <Select
        id={id}
        className="full-width"
        value={approver.roleId || undefined}
        options={choices.roles.map((role) => ({ value: role.id, label: label(role.label) }))}
        onChange={(roleId) => onChange({ by: 'role', roleId })}
      />,
    );
  if (approver.by === 'person')
    return field(
      <RecordSelect
        id={id}
        kind="user"
        multiple
        value={approver.userIds}
        names={names}
        onChange={(userIds) => onChange({ by: 'person', userIds })}
      />,
    );
  if (approver.by === 'manager')
    return field(
      <Select
        id={id}
        className="full-width"
        value={approver.level}
        options={[1, 2, 3].map((level) => ({ value: level, label: t(`approvals.flows.level.${level}`) }))}
        onChange={(level) => onChange({ by: 'manager', level })}
      />,
    );
  return field(
    <Select
      id={id}
      className="full-width"
      showSearch={{ optionFilterProp: 'label' }}
      value={approver.permission}
      options={choices.permissions.map((item) => ({ value: item.key, label: label(item.label) }))}
      onChange={(permission) => onChange({ by: 'permission', permission })}
    />,
  );
}

import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Input, Modal, Select, Switch } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDictionary } from '#modules/fields/web/index.tsx';
import { teams } from '#modules/people/contract.ts';
import { useEndpoint, useSend } from '#ui/api.ts';
import { ConditionBuilder, useCondition } from '#ui/fields/condition-builder.tsx';
import { CountInput } from '#ui/fields/count-input.tsx';
import { atFields, FormField, Refusal } from '#ui/fields/form-field.tsx';
import { ProblemAlert } from '#ui/page.tsx';
import { useCan } from '#ui/session.tsx';
import { type CheckPoint, createPlan, drawRules, type PlanView, updatePlan } from '../contract.ts';

const weekdays = [1, 2, 3, 4, 5, 6, 7];
let serial = 0;
const newPoint = (label: string): CheckPoint => ({ key: `p${Date.now().toString(36)}${++serial}`, label });

/** Plans the weekly inspection: whose cards, how many, what is looked at, until when it must be fixed. */
export function PlanDialog({ plan, onClose }: { plan: PlanView | null; onClose(): void }) {
  const { t } = useTranslation();
  const can = useCan();
  const stale = ['/inspection-plans'];
  const create = useSend(createPlan, stale);
  const update = useSend(updatePlan, stale);
  const structure = useEndpoint(teams.list, {}, { enabled: can('user:read') });
  const dictionary = useDictionary('customer');
  const [name, setName] = useState(plan?.name ?? t('oversight.planDefault'));
  const [teamId, setTeamId] = useState(plan?.teamId ?? null);
  const [rule, setRule] = useState(plan?.rule ?? 'perRep');
  const [amount, setAmount] = useState(plan?.amount ?? 5);
  const condition = useCondition(plan?.condition);
  const [points, setPoints] = useState<CheckPoint[]>(
    plan?.checklist ?? t('oversight.defaultPoints').split('|').map(newPoint),
  );
  const [weekday, setWeekday] = useState(plan?.weekday ?? 1);
  const [fixDays, setFixDays] = useState(plan?.fixDays ?? 5);
  const [restWeeks, setRestWeeks] = useState(plan?.restWeeks ?? 4);
  const [active, setActive] = useState(plan?.active ?? true);
  const problem = create.error ?? update.error;
  const { errors, rest } = atFields(
    problem,
    ...(['name', 'teamId', 'amount', 'weekday', 'fixDays', 'restWeeks', 'checklist', 'condition'] as const),
  );
  const save = () => {
    const checklist = points.filter((point) => point.label.trim() !== '');
    const body = {
      name,
      teamId,
      rule,
      amount,
      condition: condition.value ?? null,
      checklist,
      weekday,
      fixDays,
      restWeeks,
      active,
    };
    if (plan) update.mutate({ params: { id: plan.id }, ifMatch: plan.version, body }, { onSuccess: onClose });
    else create.mutate({ body }, { onSuccess: onClose });
  };
  return (
    <Modal
      open
      width={680}
      title={plan?.name ?? t('oversight.newPlan')}
      okText={t('ui.save')}
      cancelText={t('ui.cancel')}
      okButtonProps={{
        disabled: name.trim() === '' || condition.unfinished,
        loading: create.isPending || update.isPending,
      }}
      onOk={save}
      onCancel={onClose}
    >
      <ProblemAlert problem={rest} />
      <div className="grid-2">
        <FormField id="plan-name" label={t('oversight.planName')} required error={errors.name}>
          <Input id="plan-name" maxLength={100} value={name} onChange={(event) => setName(event.target.value)} />
        </FormField>
        {can('user:read') ? (
          <FormField id="plan-team" label={t('oversight.team')} help={t('oversight.teamHelp')} error={errors.teamId}>
            <Select
              id="plan-team"
              className="full-width"
              allowClear
              value={teamId ?? undefined}
              options={(structure.data?.items ?? []).map((team) => ({ value: team.id, label: team.name }))}
              onChange={(next?: string) => setTeamId(next ?? null)}
            />
          </FormField>
        ) : null}
        <FormField id="plan-rule" label={t('oversight.rule')}>
          <Select
            id="plan-rule"
            className="full-width"
            value={rule}
            options={drawRules.map((value) => ({ value, label: t(`oversight.ruleNames.${value}`) }))}
            onChange={setRule}
          />
        </FormField>
        {rule === 'all' ? null : (
          <FormField id="plan-amount" label={t(`oversight.amount.${rule}`)} error={errors.amount}>
            <CountInput id="plan-amount" className="full-width" value={amount} onChange={setAmount} />
          </FormField>
        )}
        <FormField id="plan-weekday" label={t('oversight.weekdayLabel')} error={errors.weekday}>
          <Select
            id="plan-weekday"
            className="full-width"
            value={weekday}
            options={weekdays.map((value) => ({ value, label: t(`oversight.weekday.${value}`) }))}
            onChange={setWeekday}
          />
        </FormField>
        <FormField id="plan-fix" label={t('oversight.fixDays')} error={errors.fixDays}>
          <CountInput id="plan-fix" className="full-width" value={fixDays} onChange={setFixDays} />
        </FormField>
        <FormField id="plan-rest" label={t('oversight.restWeeks')} error={errors.restWeeks}>
          <CountInput id="plan-rest" className="full-width" value={restWeeks} onChange={setRestWeeks} />
        </FormField>
        <FormField id="plan-active" label={t('oversight.active')}>
          <Switch id="plan-active" checked={active} onChange={setActive} />
        </FormField>
      </div>
      <fieldset className="options" id="plan-checklist">
        <legend>{t('oversight.checklist')}</legend>
        {points.map((point, index) => (
          <div key={point.key} className="row note-buttons">
            <Input
              className="grow"
              aria-label={t('oversight.point', { n: index + 1 })}
              maxLength={100}
              value={point.label}
              onChange={(event) =>
                setPoints(points.map((item) => (item === point ? { ...point, label: event.target.value } : item)))
              }
            />
            <Button
              type="text"
              icon={<DeleteOutlined aria-hidden />}
              disabled={points.length === 1}
              aria-label={t('ui.remove', { name: point.label })}
              onClick={() => setPoints(points.filter((item) => item !== point))}
            />
          </div>
        ))}
        <Button
          size="small"
          className="note-buttons"
          icon={<PlusOutlined aria-hidden />}
          disabled={points.length >= 50}
          onClick={() => setPoints([...points, newPoint('')])}
        >
          {t('oversight.addPoint')}
        </Button>
        <Refusal id="plan-checklist" error={errors.checklist} />
      </fieldset>
      <fieldset className="options">
        <legend>{t('oversight.condition')}</legend>
        {dictionary ? (
          <ConditionBuilder
            id="plan-condition"
            fields={dictionary.fields}
            condition={condition}
            error={errors.condition}
          />
        ) : null}
      </fieldset>
    </Modal>
  );
}

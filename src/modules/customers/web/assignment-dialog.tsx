import { App, Button, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDictionary } from '#modules/fields/web/index.tsx';
import { regions, teams } from '#modules/people/contract.ts';
import type { Condition } from '#shared/conditions.ts';
import { useEndpoint, useSend } from '#ui/api.ts';
import { ConditionBuilder, useCondition } from '#ui/fields/condition-builder.tsx';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { RecordSelect } from '#ui/fields/record-select.tsx';
import { listed } from '#ui/format.ts';
import { ProblemAlert } from '#ui/page.tsx';
import { useCan } from '#ui/session.tsx';
import {
  type AssignmentRuleView,
  type AssignmentWay,
  assignmentMethods,
  createAssignmentRule,
  previewAssignmentRule,
  updateAssignmentRule,
} from '../assignment-contract.ts';
import { listPools } from '../ownership-contract.ts';

const wayParts = [
  ...(['way.method', 'way.teamId', 'way.userIds', 'way.userId'] as const),
  ...(['way.capability', 'way.regionId', 'way.poolId'] as const),
];

/** Everything a way may name, kept while the method is changed back and forth. */
interface Target {
  teamId: string | null;
  userIds: string[];
  userId: string | null;
  regionId: string | null;
  poolId: string | null;
  capability: string | null;
}

const wayOf = (method: AssignmentWay['method'], target: Target): AssignmentWay => {
  const { teamId, userIds } = target;
  switch (method) {
    case 'roundRobin':
    case 'leastLoaded':
      return { method, teamId, userIds };
    case 'capability':
      return { method, capability: target.capability ?? '', teamId };
    case 'region':
      return { method, regionId: target.regionId };
    case 'person':
      return { method, userId: target.userId ?? '' };
    case 'team':
      return { method, teamId: teamId ?? '' };
    default:
      return { method, poolId: target.poolId ?? '' };
  }
};

/** One rule: which customers, how, and whom it would give how many now. */
export function AssignmentDialog({
  rule,
  capabilities,
  names,
  onClose,
}: {
  rule: AssignmentRuleView | null;
  capabilities: string[];
  names: Record<string, string>;
  onClose(): void;
}) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const can = useCan();
  const dictionary = useDictionary('customer');
  const structure = useEndpoint(teams.list, {}, { enabled: can('user:read') });
  const places = useEndpoint(regions.list, {}, { enabled: can('user:read') });
  const pools = useEndpoint(listPools);
  const create = useSend(createAssignmentRule, ['/assignment-rules']);
  const update = useSend(updateAssignmentRule, ['/assignment-rules']);
  const preview = useSend(previewAssignmentRule);
  const [name, setName] = useState(rule?.name ?? '');
  const written = useCondition(rule?.condition as Condition | null, preview.reset);
  const condition = written.value ?? null;
  const [method, setMethod] = useState<AssignmentWay['method']>(rule?.way.method ?? 'roundRobin');
  const [target, setTarget] = useState<Target>({
    ...{ teamId: null, userIds: [], userId: null, regionId: null, poolId: null, capability: null },
    ...rule?.way,
  });
  const put = (part: Partial<Target>) => {
    preview.reset();
    setTarget({ ...target, ...part });
  };
  const problem = create.error ?? update.error ?? preview.error;
  const { errors, rest } = atFields(problem, 'name', 'condition', ...wayParts);
  const done = () => {
    void message.success(t('ui.saved'));
    onClose();
  };
  const body = { name, condition, way: wayOf(method, target) };
  const save = () => {
    if (rule) update.mutate({ params: { id: rule.id }, ifMatch: rule.version, body }, { onSuccess: done });
    else create.mutate({ body }, { onSuccess: done });
  };
  const options = (items: { id: string; name: string }[] | undefined) =>
    (items ?? []).map((item) => ({ value: item.id, label: item.name }));
  const among = method === 'roundRobin' || method === 'leastLoaded';
  return (
    <Modal
      open
      width={760}
      title={t(rule ? 'customers.assignment.edit' : 'customers.assignment.new')}
      okText={t('ui.save')}
      cancelText={t('ui.cancel')}
      confirmLoading={create.isPending || update.isPending}
      okButtonProps={{ disabled: written.unfinished }}
      onOk={save}
      onCancel={onClose}
    >
      <ProblemAlert problem={rest} />
      <FormField id="rule-name" label={t('customers.assignment.name')} required error={errors.name}>
        <Input id="rule-name" maxLength={60} value={name} onChange={(event) => setName(event.target.value)} />
      </FormField>
      <h2>{t('customers.assignment.condition')}</h2>
      {dictionary ? (
        <ConditionBuilder id="rule-condition" fields={dictionary.fields} condition={written} error={errors.condition} />
      ) : null}
      <FormField
        id="rule-method"
        label={t('customers.assignment.way')}
        help={t(`customers.assignment.help.${method}`)}
        error={errors['way.method']}
      >
        <Select
          id="rule-method"
          className="full-width"
          value={method}
          options={assignmentMethods.map((value) => ({ value, label: t(`customers.assignment.methods.${value}`) }))}
          onChange={(value) => {
            preview.reset();
            setMethod(value);
          }}
        />
      </FormField>
      {among || method === 'capability' || method === 'team' ? (
        <FormField
          id="rule-team"
          label={t('customers.assignment.team')}
          required={method === 'team'}
          error={errors['way.teamId']}
        >
          <Select
            id="rule-team"
            className="full-width"
            allowClear
            value={target.teamId ?? undefined}
            options={options(structure.data?.items)}
            onChange={(teamId?: string) => put({ teamId: teamId ?? null })}
          />
        </FormField>
      ) : null}
      {among ? (
        <FormField id="rule-people" label={t('customers.assignment.people')} error={errors['way.userIds']}>
          <RecordSelect
            id="rule-people"
            kind="user"
            multiple
            value={target.userIds}
            names={names}
            onChange={(userIds) => put({ userIds })}
          />
        </FormField>
      ) : null}
      {method === 'person' ? (
        <FormField id="rule-person" label={t('customers.assignment.person')} required error={errors['way.userId']}>
          <RecordSelect
            id="rule-person"
            kind="user"
            value={target.userId}
            label={names[target.userId ?? '']}
            onChange={(userId) => put({ userId })}
          />
        </FormField>
      ) : null}
      {method === 'capability' ? (
        <FormField
          id="rule-capability"
          label={t('customers.assignment.capability')}
          required
          error={errors['way.capability']}
        >
          <Select
            id="rule-capability"
            className="full-width"
            showSearch
            value={target.capability ?? undefined}
            options={[...new Set([...capabilities, ...(target.capability ? [target.capability] : [])])].map(
              (value) => ({
                value,
                label: value,
              }),
            )}
            onChange={(capability: string) => put({ capability })}
          />
        </FormField>
      ) : null}
      {method === 'region' ? (
        <FormField id="rule-region" label={t('customers.assignment.region')} error={errors['way.regionId']}>
          <Select
            id="rule-region"
            className="full-width"
            allowClear
            placeholder={t('customers.assignment.anyRegion')}
            value={target.regionId ?? undefined}
            options={options(places.data?.items)}
            onChange={(regionId?: string) => put({ regionId: regionId ?? null })}
          />
        </FormField>
      ) : null}
      {method === 'pool' ? (
        <FormField id="rule-pool" label={t('customers.assignment.pool')} required error={errors['way.poolId']}>
          <Select
            id="rule-pool"
            className="full-width"
            value={target.poolId ?? undefined}
            options={options(pools.data?.items)}
            onChange={(poolId: string) => put({ poolId })}
          />
        </FormField>
      ) : null}
      <div className="row" aria-live="polite">
        <Button
          disabled={written.unfinished}
          loading={preview.isPending}
          onClick={() => preview.mutate({ body: { condition, way: wayOf(method, target) } })}
        >
          {t('customers.assignment.try')}
        </Button>
        {preview.data ? (
          <span>
            {t(preview.data.more ? 'customers.assignment.triedMore' : 'customers.assignment.tried', {
              n: preview.data.matched,
            })}{' '}
            {listed([
              ...preview.data.given.map((item) => t('customers.assignment.would', { name: item.name, n: item.count })),
              ...(preview.data.nobody > 0 ? [t('customers.assignment.nobody', { n: preview.data.nobody })] : []),
            ])}
          </span>
        ) : null}
      </div>
    </Modal>
  );
}

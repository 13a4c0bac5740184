import { Alert, App, Button, Checkbox, Input, InputNumber, Modal, Popconfirm, Select } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDictionary } from '#modules/fields/web/index.tsx';
import { listRoles, teams } from '#modules/people/contract.ts';
import type { Condition } from '#shared/conditions.ts';
import { call, useEndpoint, useSend } from '#ui/api.ts';
import { ConditionBuilder, useCondition } from '#ui/fields/condition-builder.tsx';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { label } from '#ui/i18n.ts';
import { ProblemAlert } from '#ui/page.tsx';
import { useCan } from '#ui/session.tsx';
import {
  createPool,
  type PoolView,
  previewPool,
  type ReturnRules,
  retirePool,
  updatePool,
} from '../ownership-contract.ts';

const stale = ['/pools', '/customers', '/fields'];
const noRules: ReturnRules = {
  newContactDays: 7,
  followUp: { other: null, grades: {} },
  dealDays: null,
  exemptBuyers: true,
};

const numbers = ['position', 'claimLimit', 'holdingCap', 'cooldownDays', 'lockCap', 'lockDays'] as const;

/** Sets a pool up: whose it is, limits, and when customers return to it, with a warning of what that would take. */
export function PoolDialog({ pool, onClose }: { pool: PoolView | null; onClose(): void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const can = useCan();
  const dictionary = useDictionary('customer');
  const create = useSend(createPool, stale);
  const update = useSend(updatePool, stale);
  const retire = useSend(retirePool, stale);
  const structure = useEndpoint(teams.list, {}, { enabled: can('user:read') });
  const roles = useEndpoint(listRoles, {}, { enabled: can('user:read') });
  const [draft, setDraft] = useState({
    name: pool?.name ?? '',
    nameEn: pool?.nameEn ?? '',
    position: pool?.position ?? 0,
    teamIds: pool?.teamIds ?? [],
    roleIds: pool?.roleIds ?? [],
    claimLimit: pool ? pool.claimLimit : 20,
    holdingCap: pool ? pool.holdingCap : 200,
    cooldownDays: pool?.cooldownDays ?? 30,
    lockCap: pool?.lockCap ?? 10,
    lockDays: pool?.lockDays ?? 30,
    hideContacts: pool?.hideContacts ?? true,
    capExemptsBuyers: pool?.capExemptsBuyers ?? true,
  });
  const condition = useCondition(pool?.condition as Condition | null);
  const [rules, setRules] = useState<ReturnRules>(pool?.nextRules ?? pool?.rules ?? noRules);
  const set = (part: Partial<typeof draft>) => setDraft({ ...draft, ...part });
  const problem = create.error ?? update.error ?? retire.error;
  const { errors, rest } = atFields(problem, 'name', 'nameEn', 'teamIds', 'roleIds', 'condition', ...numbers);
  const done = () => {
    void message.success(t('ui.saved'));
    onClose();
  };
  const save = () => {
    const body = { ...draft, condition: condition.value ?? null, rules };
    if (pool) update.mutate({ params: { id: pool.id }, ifMatch: pool.version, body }, { onSuccess: done });
    else create.mutate({ body }, { onSuccess: done });
  };
  const help = (id: string, empty: boolean) => {
    if (id === 'position') return t('customers.pools.positionHelp');
    return empty ? t('customers.pools.noLimit') : undefined;
  };
  const number = (id: (typeof numbers)[number], least: number, empty: boolean) => (
    <FormField id={`pool-${id}`} label={t(`customers.pools.fields.${id}`)} error={errors[id]} help={help(id, empty)}>
      <InputNumber
        id={`pool-${id}`}
        className="full-width"
        min={least}
        precision={0}
        value={draft[id]}
        onChange={(value) => set({ [id]: value ?? (empty ? null : least) })}
      />
    </FormField>
  );
  return (
    <Modal
      open
      width={860}
      title={pool ? t('customers.pools.settings') : t('customers.pools.new')}
      okText={t('ui.save')}
      cancelText={t('ui.cancel')}
      confirmLoading={create.isPending || update.isPending}
      okButtonProps={{ disabled: condition.unfinished }}
      onOk={save}
      onCancel={onClose}
      footer={(buttons) => (
        <>
          {pool ? (
            <Popconfirm
              title={t('customers.pools.retireTitle', { name: pool.name })}
              description={t('customers.pools.retireText')}
              okText={t('customers.pools.retire')}
              cancelText={t('ui.cancel')}
              onConfirm={() => retire.mutate({ params: { id: pool.id }, ifMatch: pool.version }, { onSuccess: done })}
            >
              <Button danger type="text" loading={retire.isPending}>
                {t('customers.pools.retire')}
              </Button>
            </Popconfirm>
          ) : null}
          {buttons}
        </>
      )}
    >
      <ProblemAlert problem={rest} />
      <div className="grid-2">
        <FormField id="pool-name" label={t('customers.pools.fields.name')} required error={errors.name}>
          <Input
            id="pool-name"
            maxLength={60}
            value={draft.name}
            onChange={(event) => set({ name: event.target.value })}
          />
        </FormField>
        <FormField id="pool-name-en" label={t('customers.pools.fields.nameEn')} error={errors.nameEn}>
          <Input
            id="pool-name-en"
            maxLength={60}
            value={draft.nameEn}
            onChange={(event) => set({ nameEn: event.target.value })}
          />
        </FormField>
        <FormField
          id="pool-teams"
          label={t('customers.pools.fields.teams')}
          help={t('customers.pools.everybody')}
          error={errors.teamIds}
        >
          <Select
            id="pool-teams"
            mode="multiple"
            className="full-width"
            value={draft.teamIds}
            options={(structure.data?.items ?? []).map((item) => ({ value: item.id, label: item.name }))}
            onChange={(teamIds) => set({ teamIds })}
          />
        </FormField>
        <FormField
          id="pool-roles"
          label={t('customers.pools.fields.roles')}
          help={t('customers.pools.everybody')}
          error={errors.roleIds}
        >
          <Select
            id="pool-roles"
            mode="multiple"
            className="full-width"
            value={draft.roleIds}
            options={(roles.data?.items ?? []).map((item) => ({ value: item.id, label: label(item.name) }))}
            onChange={(roleIds) => set({ roleIds })}
          />
        </FormField>
        {number('claimLimit', 1, true)}
        {number('holdingCap', 1, true)}
        {number('cooldownDays', 0, false)}
        {number('lockCap', 0, false)}
        {number('lockDays', 1, false)}
        {number('position', 0, false)}
      </div>
      <p>
        <Checkbox checked={draft.hideContacts} onChange={(event) => set({ hideContacts: event.target.checked })}>
          {t('customers.pools.fields.hideContacts')}
        </Checkbox>
        <Checkbox
          checked={draft.capExemptsBuyers}
          onChange={(event) => set({ capExemptsBuyers: event.target.checked })}
        >
          {t('customers.pools.fields.capExemptsBuyers')}
        </Checkbox>
      </p>
      <h2>{t('customers.pools.rules')}</h2>
      <RulesInput rules={rules} onChange={setRules} />
      <h2>{t('customers.pools.which')}</h2>
      {dictionary ? (
        <ConditionBuilder
          id="pool-condition"
          fields={dictionary.fields}
          condition={condition}
          error={errors.condition}
        />
      ) : null}
      <Warning poolId={pool?.id} condition={condition.value ?? null} rules={rules} />
    </Modal>
  );
}

function RulesInput({ rules, onChange }: { rules: ReturnRules; onChange(rules: ReturnRules): void }) {
  const { t } = useTranslation();
  const dictionary = useDictionary('customer');
  const grades = (dictionary?.byKey.get('grade')?.options ?? []).filter((option) => !option.hidden);
  const day = (id: string, text: string, value: number | null, put: (value: number | null) => void) => (
    <FormField key={id} id={id} label={text}>
      <InputNumber id={id} className="full-width" min={1} max={3650} precision={0} value={value} onChange={put} />
    </FormField>
  );
  return (
    <>
      <div className="grid-2">
        {day('rule-new', t('customers.pools.fields.newContact'), rules.newContactDays, (newContactDays) =>
          onChange({ ...rules, newContactDays }),
        )}
        {day('rule-deal', t('customers.pools.fields.deal'), rules.dealDays, (dealDays) =>
          onChange({ ...rules, dealDays }),
        )}
        {day('rule-follow', t('customers.pools.fields.followUp'), rules.followUp.other, (other) =>
          onChange({ ...rules, followUp: { ...rules.followUp, other } }),
        )}
        {grades.map((grade) =>
          day(
            `rule-follow-${grade.key}`,
            t('customers.pools.fields.followUpOf', { grade: label(grade) }),
            rules.followUp.grades[grade.key] ?? null,
            (value) => {
              const { [grade.key]: _, ...rest } = rules.followUp.grades;
              const next = value === null ? rest : { ...rest, [grade.key]: value };
              onChange({ ...rules, followUp: { ...rules.followUp, grades: next } });
            },
          ),
        )}
      </div>
      <Checkbox
        checked={rules.exemptBuyers}
        onChange={(event) => onChange({ ...rules, exemptBuyers: event.target.checked })}
      >
        {t('customers.pools.fields.exemptBuyers')}
      </Checkbox>
    </>
  );
}

/** What the rules would take, told before they are saved. */
function Warning(props: { poolId?: string; condition: Condition | null; rules: ReturnRules }) {
  const { t } = useTranslation();
  const [found, setFound] = useState<{ owned: number; overdue: number; soon: number } | null>(null);
  const text = JSON.stringify(props);
  useEffect(() => {
    const abort = new AbortController();
    const timer = setTimeout(() => {
      call(previewPool, { body: JSON.parse(text), signal: abort.signal }).then(setFound, () => setFound(null));
    }, 400);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [text]);
  if (!found) return null;
  return (
    <Alert
      type={found.overdue > 0 ? 'warning' : 'info'}
      showIcon
      title={t('customers.pools.warning', { ...found })}
      description={t('customers.pools.nextDay')}
    />
  );
}

import { App, Modal, Radio, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { teams } from '#modules/people/contract.ts';
import { useEndpoint, useSend } from '#ui/api.ts';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { RecordSelect } from '#ui/fields/record-select.tsx';
import { ProblemAlert } from '#ui/page.tsx';
import { useCan } from '#ui/session.tsx';
import { assignFromPool, distributeFromPool, distributionMethods, type PoolView } from '../ownership-contract.ts';

const stale = ['/customers', '/pools'];
const methods = ['person', ...distributionMethods] as const;

/** Gives customers of a pool to one person, or shares them out among a team. */
export function AssignDialog({
  pool,
  ids,
  onClose,
  onDone,
}: {
  pool: PoolView;
  ids: string[];
  onClose(): void;
  onDone(): void;
}) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const can = useCan();
  const assign = useSend(assignFromPool, stale);
  const share = useSend(distributeFromPool, stale);
  const structure = useEndpoint(teams.list, {}, { enabled: can('user:read') });
  const [method, setMethod] = useState<(typeof methods)[number]>('person');
  const [ownerId, setOwnerId] = useState<string | null>(null);
  const [teamId, setTeamId] = useState<string | null>(null);
  const onSuccess = ({ done, items }: { done: number; items: { ok: boolean; code: string | null }[] }) => {
    if (done > 0) void message.success(t('customers.pools.assigned', { n: done }));
    for (const code of new Set(items.filter((item) => !item.ok).map((item) => item.code)))
      void message.error(t(`errors.${code}`));
    onDone();
    onClose();
  };
  const { errors, rest } = atFields(assign.error ?? share.error, method === 'person' ? 'ownerId' : 'teamId');
  const params = { id: pool.id };
  const save = () => {
    if (method === 'person' && ownerId) assign.mutate({ params, body: { customerIds: ids, ownerId } }, { onSuccess });
    else if (method !== 'person' && teamId)
      share.mutate({ params, body: { customerIds: ids, teamId, method } }, { onSuccess });
  };
  return (
    <Modal
      open
      title={t('customers.pools.assignTitle', { n: ids.length })}
      okText={t('customers.pools.assign')}
      cancelText={t('ui.cancel')}
      okButtonProps={{
        disabled: !(method === 'person' ? ownerId : teamId),
        loading: assign.isPending || share.isPending,
      }}
      onCancel={onClose}
      onOk={save}
    >
      <ProblemAlert problem={rest} />
      <FormField id="assign-method" label={t('customers.pools.how')} help={t(`customers.pools.methodHelp.${method}`)}>
        <Radio.Group
          id="assign-method"
          value={method}
          options={methods.map((value) => ({ value, label: t(`customers.pools.methods.${value}`) }))}
          onChange={(event) => setMethod(event.target.value)}
        />
      </FormField>
      {method === 'person' ? (
        <FormField id="pool-owner" label={t('customers.owner')} required error={errors.ownerId}>
          <RecordSelect id="pool-owner" kind="user" value={ownerId} onChange={setOwnerId} />
        </FormField>
      ) : (
        <FormField id="pool-team" label={t('customers.pools.team')} required error={errors.teamId}>
          <Select
            id="pool-team"
            className="full-width"
            value={teamId ?? undefined}
            options={(structure.data?.items ?? []).map((item) => ({ value: item.id, label: item.name }))}
            onChange={setTeamId}
          />
        </FormField>
      )}
    </Modal>
  );
}

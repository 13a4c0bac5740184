import { Modal, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { listRoles } from '#modules/people/contract.ts';
import { useEndpoint, useSend } from '#ui/api.ts';
import { CountInput } from '#ui/fields/count-input.tsx';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { label } from '#ui/i18n.ts';
import { ProblemAlert } from '#ui/page.tsx';
import { getIntakeSettings, saveIntakeSettings } from '../../intake-contract.ts';

/** Who creates customers through intake. */
export function SettingsDialog({ onClose }: { onClose(): void }) {
  const { t } = useTranslation();
  const now = useEndpoint(getIntakeSettings);
  const roles = useEndpoint(listRoles);
  const save = useSend(saveIntakeSettings, ['/intake-settings', '/customers/creation']);
  const [roleIds, setRoleIds] = useState<string[] | null>(null);
  const [dueDays, setDueDays] = useState<number | null>(null);
  const { errors, rest } = atFields(save.error, 'roleIds', 'dueDays');
  const send = () => {
    if (!now.data) return;
    const body = { roleIds: roleIds ?? now.data.roleIds, dueDays: dueDays ?? now.data.dueDays };
    save.mutate({ ifMatch: now.data.version, body }, { onSuccess: onClose });
  };
  return (
    <Modal
      open
      title={t('collection.intake.settings')}
      okText={t('ui.save')}
      cancelText={t('ui.cancel')}
      okButtonProps={{ disabled: !now.data, loading: save.isPending }}
      onOk={send}
      onCancel={onClose}
    >
      <ProblemAlert problem={now.error ?? roles.error ?? rest} />
      <FormField
        id="intake-roles"
        label={t('collection.intake.roles')}
        help={t('collection.intake.rolesHelp')}
        error={errors.roleIds}
      >
        <Select
          id="intake-roles"
          mode="multiple"
          className="full-width"
          placeholder={t('collection.intake.allDirect')}
          value={roleIds ?? now.data?.roleIds ?? []}
          options={(roles.data?.items ?? []).map((role) => ({ value: role.id, label: label(role.name) }))}
          onChange={setRoleIds}
        />
      </FormField>
      <FormField
        id="intake-days"
        label={t('collection.intake.dueDays')}
        help={t('collection.intake.dueDaysHelp')}
        error={errors.dueDays}
      >
        <CountInput id="intake-days" value={dueDays ?? now.data?.dueDays ?? 2} onChange={setDueDays} />
      </FormField>
    </Modal>
  );
}

import { PlusOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { App, Button, Input, InputNumber, Modal, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Scope, scopes } from '#shared/access.ts';
import { type Sensitivity, sensitivities } from '#shared/fields.ts';
import { useEndpoint, useSend } from '#ui/api.ts';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { useLookups } from '#ui/fields/lookups.tsx';
import { formatNumber } from '#ui/format.ts';
import { label } from '#ui/i18n.ts';
import { Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { useCan } from '#ui/session.tsx';
import {
  carriedMost,
  createRole,
  listPermissions,
  listRoles,
  type RoleView,
  removeRole,
  updateRole,
} from '../contract.ts';
import { SeparationSwitch } from './separation-switch.tsx';

export default function RolesPage() {
  const { t } = useTranslation();
  const can = useCan();
  const { data, error } = useEndpoint(listRoles);
  const { role: asked } = useSearch({ strict: false }) as { role?: unknown };
  const [chosen, setOpen] = useState<RoleView | 'new' | null>();
  // Until something is chosen here, the role named in the address is open.
  const open = chosen === undefined ? data?.items.find((role) => role.id === asked) : chosen;
  return (
    <Page
      title={t('people.roles.title')}
      actions={
        can('role:manage') ? (
          <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setOpen('new')}>
            {t('people.roles.new')}
          </Button>
        ) : null
      }
    >
      <ProblemAlert problem={error} />
      <SeparationSwitch />
      {data ? (
        <ul className="cards panel">
          {data.items.map((role) => (
            <li key={role.id} className="list-row">
              <span className="grow named-row">
                <Button type="link" onClick={() => setOpen(role)}>
                  {label(role.name)}
                </Button>
                <span className="muted small">
                  {t('people.structure.users', { n: role.users })} · {t('people.roles.clearance')}{' '}
                  {t(`ui.sensitivity.${role.clearance}`)} · {t('people.roles.exportLimit')}{' '}
                  {role.exportLimit === null ? t('people.roles.unlimited') : formatNumber(role.exportLimit)}
                </span>
              </span>
              <span className="muted small">{t('people.roles.grants', { n: Object.keys(role.grants).length })}</span>
            </li>
          ))}
        </ul>
      ) : (
        <Loading />
      )}
      {open ? <RoleDialog role={open === 'new' ? undefined : open} onClose={() => setOpen(null)} /> : null}
    </Page>
  );
}

function RoleDialog({ role, onClose }: { role?: RoleView; onClose(): void }) {
  const { t, i18n } = useTranslation();
  const can = useCan();
  const { modal, message } = App.useApp();
  const permissions = useEndpoint(listPermissions);
  const { section: findSections } = useLookups();
  const sections = useQuery({ queryKey: ['sections', i18n.language], queryFn: () => findSections() });
  const create = useSend(createRole, ['/roles', '/session']);
  const update = useSend(updateRole, ['/roles', '/session']);
  const remove = useSend(removeRole, ['/roles']);
  const [zh, setZh] = useState(role?.name.zh ?? '');
  const [en, setEn] = useState(role?.name.en ?? '');
  const [grants, setGrants] = useState<Record<string, Scope>>(role?.grants ?? {});
  const [clearance, setClearance] = useState<Sensitivity>(role?.clearance ?? 'internal');
  const [sectionClearance, setSectionClearance] = useState<Record<string, Sensitivity>>(role?.sectionClearance ?? {});
  const [limit, setLimit] = useState(role ? (role.exportLimit === null ? '' : String(role.exportLimit)) : '0');
  const [carried, setCarried] = useState<number | null>(role?.carryLimit ?? 20);
  const editable = can('role:manage');
  const problem = create.error ?? update.error;
  const { errors, rest } = atFields(problem, 'name', 'name.en', 'exportLimit', 'carryLimit');
  const save = () => {
    const body = {
      name: { zh, en },
      grants,
      clearance,
      sectionClearance,
      exportLimit: limit.trim() === '' ? null : Number(limit),
      carryLimit: carried ?? 0,
    };
    if (role) update.mutate({ params: { id: role.id }, ifMatch: role.version, body }, { onSuccess: onClose });
    else create.mutate({ body }, { onSuccess: onClose });
  };
  const sensitivityOptions = sensitivities.map((item) => ({ value: item, label: t(`ui.sensitivity.${item}`) }));
  return (
    <Modal
      open
      width={760}
      title={role ? label(role.name) : t('people.roles.new')}
      onCancel={onClose}
      footer={
        <>
          {role && !role.builtin && editable ? (
            <Button
              danger
              type="text"
              onClick={() =>
                void modal.confirm({
                  title: t('people.roles.remove', { name: label(role.name) }),
                  okText: t('ui.delete'),
                  cancelText: t('ui.cancel'),
                  onOk: () =>
                    remove.mutate(
                      { params: { id: role.id } },
                      { onSuccess: onClose, onError: (error) => void message.error(error.message) },
                    ),
                })
              }
            >
              {t('ui.delete')}
            </Button>
          ) : null}
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          {editable ? (
            <Button type="primary" loading={create.isPending || update.isPending} onClick={save}>
              {t('ui.save')}
            </Button>
          ) : null}
        </>
      }
    >
      <ProblemAlert problem={rest} />
      <div className="grid-2">
        <FormField id="role-zh" label={t('people.roles.nameZh')} required error={errors.name}>
          <Input
            id="role-zh"
            disabled={!editable}
            maxLength={60}
            value={zh}
            onChange={(event) => setZh(event.target.value)}
          />
        </FormField>
        <FormField id="role-en" label={t('people.roles.nameEn')} required error={errors['name.en']}>
          <Input
            id="role-en"
            disabled={!editable}
            maxLength={60}
            value={en}
            onChange={(event) => setEn(event.target.value)}
          />
        </FormField>
        <FormField id="role-clearance" label={t('people.roles.clearance')} help={t('people.roles.clearanceHelp')}>
          <Select
            id="role-clearance"
            disabled={!editable}
            className="full-width"
            value={clearance}
            options={sensitivityOptions}
            onChange={setClearance}
          />
        </FormField>
        <FormField
          id="role-limit"
          label={t('people.roles.exportLimit')}
          help={t('people.roles.exportLimitHelp')}
          error={errors.exportLimit}
        >
          <Input
            id="role-limit"
            disabled={!editable}
            inputMode="numeric"
            value={limit}
            onChange={(event) => setLimit(event.target.value)}
          />
        </FormField>
        <FormField
          id="role-carry"
          label={t('people.roles.carryLimit')}
          help={t('people.roles.carryLimitHelp')}
          error={errors.carryLimit}
        >
          <InputNumber
            id="role-carry"
            className="full-width"
            disabled={!editable}
            min={0}
            max={carriedMost}
            precision={0}
            value={carried}
            onChange={setCarried}
          />
        </FormField>
      </div>
      <h2>{t('people.roles.permissions')}</h2>
      <table className="plain">
        <tbody>
          {(permissions.data?.items ?? []).map((permission) => (
            <tr key={permission.key}>
              <th scope="row">{label(permission.label)}</th>
              <td>
                <Select
                  aria-label={label(permission.label)}
                  disabled={!editable}
                  className="scope-select"
                  value={grants[permission.key] ?? 'none'}
                  options={[
                    { value: 'none', label: t('people.roles.none') },
                    ...(permission.scoped ? scopes : (['all'] as const)).map((scope) => ({
                      value: scope,
                      label: permission.scoped ? t(`ui.scope.${scope}`) : t('people.roles.allowed'),
                    })),
                  ]}
                  onChange={(next: Scope | 'none') => {
                    const { [permission.key]: _, ...rest } = grants;
                    setGrants(next === 'none' ? rest : { ...rest, [permission.key]: next });
                  }}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <h2>{t('people.roles.sections')}</h2>
      <p className="muted">{t('people.roles.sectionsHelp')}</p>
      <table className="plain">
        <tbody>
          {(sections.data ?? []).map((section) => (
            <tr key={section.id}>
              <th scope="row">{section.name}</th>
              <td>
                <Select
                  aria-label={section.name}
                  disabled={!editable}
                  className="scope-select"
                  allowClear
                  placeholder={t('people.roles.asRole')}
                  value={sectionClearance[section.id]}
                  options={sensitivityOptions}
                  onChange={(next?: Sensitivity) => {
                    const { [section.id]: _, ...rest } = sectionClearance;
                    setSectionClearance(next ? { ...rest, [section.id]: next } : rest);
                  }}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Modal>
  );
}

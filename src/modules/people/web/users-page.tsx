import { PlusOutlined } from '@ant-design/icons';
import { Alert, App, Button, Checkbox, Input, Modal, Radio, Select, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { languages } from '#shared/languages.ts';
import { oneOf, recordId, useAddress, words } from '#ui/address.ts';
import { useEndpoint, useSend } from '#ui/api.ts';
import { Choices } from '#ui/choices.tsx';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { formatTime } from '#ui/format.ts';
import { label } from '#ui/i18n.ts';
import { itemsOf, LoadMore, usePages } from '#ui/load-more.tsx';
import { Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { ScrollRegion } from '#ui/scroll-region.tsx';
import { SearchBox } from '#ui/search-box.tsx';
import { useCan } from '#ui/session.tsx';
import {
  blockUser,
  createUser,
  listRoles,
  listUsers,
  regions,
  resetLink,
  setUserRoles,
  teams,
  type UserView,
  unblockUser,
  updateUser,
} from '../contract.ts';

const userStates = ['active', 'invited', 'blocked'] as const;
const secondFactors = ['on', 'off'] as const;

export default function UsersPage() {
  const { t } = useTranslation();
  const can = useCan();
  const { message, modal } = App.useApp();
  const [{ q, state, secondFactor, role }, put] = useAddress({
    q: words,
    state: oneOf(userStates),
    secondFactor: oneOf(secondFactors),
    role: recordId,
  });
  const [open, setOpen] = useState<UserView | 'new' | null>(null);
  const [link, setLink] = useState<string | null>(null);
  const pages = usePages(listUsers, {
    query: { state, secondFactor, ...(q ? { q } : {}), ...(role ? { roleId: role } : {}) },
  });
  const teamList = useEndpoint(teams.list);
  const roleList = useEndpoint(listRoles);
  const block = useSend(blockUser, ['/users']);
  const unblock = useSend(unblockUser, ['/users']);
  const reset = useSend(resetLink);
  const onError = (problem: Error) => void message.error(problem.message);
  const nameOf = (id: string | null) => teamList.data?.items.find((team) => team.id === id)?.name ?? '';
  const users = itemsOf(pages);
  return (
    <Page
      title={t('people.users.title')}
      actions={
        can('user:manage') ? (
          <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setOpen('new')}>
            {t('people.users.invite')}
          </Button>
        ) : null
      }
    >
      <div className="bar">
        <SearchBox label={t('people.users.find')} value={q} onChange={(next) => put({ q: next })} />
        <Select
          aria-label={t('people.users.state')}
          placeholder={t('people.users.state')}
          allowClear
          popupMatchSelectWidth={false}
          value={state}
          options={userStates.map((value) => ({ value, label: t(`people.users.states.${value}`) }))}
          onChange={(next?: UserView['state']) => put({ state: next })}
        />
        <Select
          aria-label={t('people.totp.title')}
          placeholder={t('people.totp.title')}
          allowClear
          popupMatchSelectWidth={false}
          value={secondFactor}
          options={secondFactors.map((value) => ({ value, label: t(`people.users.secondFactor.${value}`) }))}
          onChange={(next?: 'on' | 'off') => put({ secondFactor: next })}
        />
        <Select
          aria-label={t('people.users.roles')}
          placeholder={t('people.users.roles')}
          allowClear
          popupMatchSelectWidth={false}
          showSearch={{ optionFilterProp: 'label' }}
          value={roleList.data ? role : null}
          options={(roleList.data?.items ?? []).map((role) => ({ value: role.id, label: label(role.name) }))}
          onChange={(next?: string) => put({ role: next ?? null })}
        />
      </div>
      <ProblemAlert problem={pages.error} onRetry={() => void pages.refetch()} />
      {pages.isPending ? <Loading /> : null}
      <ScrollRegion name={t('people.users.title')} className="panel">
        <table className="plain entries">
          <thead>
            <tr>
              <th scope="col">{t('people.name')}</th>
              <th scope="col">{t('people.email')}</th>
              <th scope="col">{t('people.users.roles')}</th>
              <th scope="col">{t('people.users.team')}</th>
              <th scope="col">{t('people.users.state')}</th>
              <th scope="col">{t('people.users.lastSignIn')}</th>
              <th scope="col">
                <span className="visually-hidden">{t('people.users.actions')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {users.map((user) => (
              <tr key={user.id}>
                <td>{user.name}</td>
                <td>{user.email}</td>
                <td>
                  {user.roleIds.map((id) => {
                    const role = roleList.data?.items.find((item) => item.id === id);
                    return <Tag key={id}>{role ? label(role.name) : '…'}</Tag>;
                  })}
                </td>
                <td>{nameOf(user.teamId)}</td>
                <td>
                  <Tag color={user.state === 'active' ? 'success' : user.state === 'blocked' ? 'error' : 'processing'}>
                    {t(`people.users.states.${user.state}`)}
                  </Tag>
                </td>
                <td className="nowrap">{formatTime(user.lastSignInAt)}</td>
                <td>
                  {can('user:manage') ? (
                    <Choices
                      menu={{
                        items: [
                          { key: 'edit', label: t('people.users.edit'), onClick: () => setOpen(user) },
                          {
                            key: 'reset',
                            label: t('people.users.resetLink'),
                            onClick: () =>
                              reset.mutate(
                                { params: { id: user.id } },
                                {
                                  onSuccess: (answer) =>
                                    answer.link
                                      ? setLink(answer.link)
                                      : void message.success(t('people.users.linkMailed')),
                                  onError,
                                },
                              ),
                          },
                          user.state === 'blocked'
                            ? {
                                key: 'unblock',
                                label: t('people.users.unblock'),
                                onClick: () =>
                                  unblock.mutate({ params: { id: user.id }, ifMatch: user.version }, { onError }),
                              }
                            : {
                                key: 'block',
                                danger: true,
                                label: t('people.users.block'),
                                onClick: () =>
                                  void modal.confirm({
                                    title: t('people.users.blockTitle', { name: user.name }),
                                    content: t('people.users.blockText'),
                                    okText: t('people.users.block'),
                                    cancelText: t('ui.cancel'),
                                    onOk: () =>
                                      block.mutate({ params: { id: user.id }, ifMatch: user.version }, { onError }),
                                  }),
                              },
                        ],
                      }}
                    >
                      <Button size="small" aria-label={t('people.users.actionsFor', { name: user.name })}>
                        ⋯
                      </Button>
                    </Choices>
                  ) : can('role:manage') ? (
                    <Button size="small" onClick={() => setOpen(user)}>
                      {t('people.users.rolesOnly')}
                    </Button>
                  ) : null}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      <LoadMore query={pages} />
      {open ? (
        <UserDialog
          user={open === 'new' ? undefined : open}
          onClose={(invite) => {
            setOpen(null);
            if (invite) setLink(invite);
          }}
        />
      ) : null}
      {link ? (
        <Modal open title={t('people.users.linkTitle')} footer={null} onCancel={() => setLink(null)}>
          <Alert type="info" title={t('people.users.linkText')} description={<code className="token">{link}</code>} />
        </Modal>
      ) : null}
    </Page>
  );
}

function UserDialog({ user, onClose }: { user?: UserView; onClose(inviteLink?: string): void }) {
  const { t } = useTranslation();
  const roleList = useEndpoint(listRoles);
  const teamList = useEndpoint(teams.list);
  const regionList = useEndpoint(regions.list);
  const create = useSend(createUser, ['/users']);
  const update = useSend(updateUser, ['/users']);
  const giveRoles = useSend(setUserRoles, ['/users']);
  const can = useCan();
  // Who only manages roles changes nothing else of a user.
  const rolesOnly = !can('user:manage');
  const [form, setForm] = useState({
    name: user?.name ?? '',
    email: user?.email ?? '',
    lang: user?.lang ?? ('zh-CN' as const),
    teamId: user?.teamId ?? null,
    regionIds: user?.regionIds ?? [],
    roleIds: user?.roleIds ?? [],
    capabilities: user?.capabilities ?? [],
    autoAssign: user?.autoAssign ?? true,
  });
  const put = (part: Partial<typeof form>) => setForm({ ...form, ...part });
  const problem = create.error ?? update.error ?? giveRoles.error;
  const { errors, rest } = atFields(
    problem,
    ...(['name', 'email', 'roleIds', 'teamId', 'regionIds', 'capabilities'] as const),
  );
  const save = () => {
    if (user && rolesOnly)
      giveRoles.mutate(
        { params: { id: user.id }, ifMatch: user.version, body: { roleIds: form.roleIds } },
        { onSuccess: () => onClose() },
      );
    else if (user)
      update.mutate({ params: { id: user.id }, ifMatch: user.version, body: form }, { onSuccess: () => onClose() });
    else create.mutate({ body: form }, { onSuccess: (answer) => onClose(answer.inviteLink) });
  };
  return (
    <Modal
      open
      title={rolesOnly ? t('people.users.rolesOnly') : user ? t('people.users.edit') : t('people.users.invite')}
      okText={t('ui.save')}
      cancelText={t('ui.cancel')}
      onOk={save}
      okButtonProps={{ loading: create.isPending || update.isPending || giveRoles.isPending }}
      onCancel={() => onClose()}
    >
      <ProblemAlert problem={rest} />
      <FormField id="user-name" label={t('people.name')} required error={errors.name}>
        <Input
          id="user-name"
          disabled={rolesOnly}
          maxLength={100}
          value={form.name}
          onChange={(event) => put({ name: event.target.value })}
        />
      </FormField>
      <FormField id="user-email" label={t('people.email')} required error={errors.email}>
        <Input
          id="user-email"
          disabled={rolesOnly}
          type="email"
          value={form.email}
          onChange={(event) => put({ email: event.target.value })}
        />
      </FormField>
      <FormField id="user-roles" label={t('people.users.roles')} error={errors.roleIds}>
        <Select
          id="user-roles"
          mode="multiple"
          className="full-width"
          showSearch={{ optionFilterProp: 'label' }}
          value={form.roleIds}
          options={(roleList.data?.items ?? []).map((role) => ({ value: role.id, label: label(role.name) }))}
          onChange={(roleIds) => put({ roleIds })}
        />
      </FormField>
      <FormField id="user-team" label={t('people.users.team')} error={errors.teamId}>
        <Select
          id="user-team"
          disabled={rolesOnly}
          className="full-width"
          allowClear
          value={form.teamId ?? undefined}
          options={(teamList.data?.items ?? []).map((team) => ({ value: team.id, label: team.name }))}
          onChange={(teamId?: string) => put({ teamId: teamId ?? null })}
        />
      </FormField>
      <FormField id="user-regions" label={t('people.users.regions')} error={errors.regionIds}>
        <Select
          id="user-regions"
          disabled={rolesOnly}
          mode="multiple"
          className="full-width"
          value={form.regionIds}
          options={(regionList.data?.items ?? []).map((region) => ({ value: region.id, label: region.name }))}
          onChange={(regionIds) => put({ regionIds })}
        />
      </FormField>
      <FormField
        id="user-capabilities"
        label={t('people.users.capabilities')}
        help={t('people.users.capabilitiesHelp')}
        error={errors.capabilities}
      >
        <Select
          id="user-capabilities"
          disabled={rolesOnly}
          mode="tags"
          className="full-width"
          value={form.capabilities}
          onChange={(capabilities) => put({ capabilities })}
        />
      </FormField>
      <p>
        <Checkbox
          disabled={rolesOnly}
          checked={form.autoAssign}
          onChange={(event) => put({ autoAssign: event.target.checked })}
        >
          {t('people.users.autoAssign')}
        </Checkbox>
      </p>
      <FormField id="user-lang" label={t('people.language')}>
        <Radio.Group
          id="user-lang"
          disabled={rolesOnly}
          value={form.lang}
          onChange={(event) => put({ lang: event.target.value })}
          options={languages.map((lang) => ({ value: lang, label: lang === 'zh-CN' ? '简体中文' : 'English' }))}
        />
      </FormField>
    </Modal>
  );
}

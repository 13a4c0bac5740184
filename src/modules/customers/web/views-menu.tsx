import { App, Button, Checkbox, Dropdown, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEndpoint, useSend } from '#ui/api.ts';
import { ProblemAlert } from '#ui/page.tsx';
import { useCan } from '#ui/session.tsx';
import { createView, deleteView, listViews, type SavedView, updateView } from '../views-contract.ts';
import { type ListState, stateOfView, viewQueryOf } from './list-state.ts';

/** Saved views: open, save the present state as a new one, update, delete. */
export function ViewsMenu({ state, onOpen }: { state: ListState; onOpen(change: Partial<ListState>): void }) {
  const { t } = useTranslation();
  const { modal, message } = App.useApp();
  const { data } = useEndpoint(listViews);
  const update = useSend(updateView, ['/views']);
  const remove = useSend(deleteView, ['/views']);
  const [saving, setSaving] = useState(false);
  const views = data?.items ?? [];
  const current = views.find((view) => view.id === state.view);
  const item = (view: SavedView) => ({
    key: view.id,
    label: view.mine ? view.name : `${view.name} · ${t('customers.views.shared')}`,
    onClick: () => onOpen(stateOfView(view)),
  });
  return (
    <>
      <Dropdown
        trigger={['click']}
        menu={{
          items: [
            {
              key: 'all',
              label: t('customers.views.all'),
              onClick: () => onOpen({ view: undefined, filter: undefined, q: undefined, sort: '-updatedAt' }),
            },
            ...views.map(item),
            { type: 'divider' },
            { key: 'save', label: t('customers.views.saveAs'), onClick: () => setSaving(true) },
            ...(current?.mine
              ? [
                  {
                    key: 'update',
                    label: t('customers.views.update', { name: current.name }),
                    onClick: () =>
                      update.mutate(
                        { params: { id: current.id }, ifMatch: current.version, body: { query: viewQueryOf(state) } },
                        {
                          onSuccess: () => void message.success(t('ui.saved')),
                          onError: (problem) => void message.error(problem.message),
                        },
                      ),
                  },
                  {
                    key: 'delete',
                    danger: true,
                    label: t('customers.views.delete', { name: current.name }),
                    onClick: () =>
                      void modal.confirm({
                        title: t('customers.views.delete', { name: current.name }),
                        okText: t('ui.delete'),
                        cancelText: t('ui.cancel'),
                        onOk: async () => {
                          await remove.mutateAsync({ params: { id: current.id } });
                          onOpen({ view: undefined });
                        },
                      }),
                  },
                ]
              : []),
          ],
        }}
      >
        <Button>{current?.name ?? t('customers.views.all')} ▾</Button>
      </Dropdown>
      {saving ? (
        <SaveView
          state={state}
          onClose={(view) => {
            setSaving(false);
            if (view) onOpen({ view: view.id });
          }}
        />
      ) : null}
    </>
  );
}

function SaveView({ state, onClose }: { state: ListState; onClose(view?: SavedView): void }) {
  const { t } = useTranslation();
  const can = useCan();
  const create = useSend(createView, ['/views']);
  const [name, setName] = useState('');
  const [shared, setShared] = useState(false);
  const save = () =>
    create.mutate({ body: { name, shared, query: viewQueryOf(state) } }, { onSuccess: (view) => onClose(view) });
  return (
    <Modal
      open
      title={t('customers.views.saveAs')}
      okText={t('ui.save')}
      cancelText={t('ui.cancel')}
      onCancel={() => onClose()}
      onOk={save}
      okButtonProps={{ disabled: name.trim() === '', loading: create.isPending }}
    >
      <ProblemAlert problem={create.error} />
      <div className="form-field">
        <label htmlFor="view-name">{t('customers.views.name')}</label>
        <Input
          id="view-name"
          maxLength={80}
          value={name}
          onChange={(event) => setName(event.target.value)}
          onPressEnter={save}
        />
      </div>
      {can('view:share') ? (
        <Checkbox checked={shared} onChange={(event) => setShared(event.target.checked)}>
          {t('customers.views.share')}
        </Checkbox>
      ) : null}
    </Modal>
  );
}

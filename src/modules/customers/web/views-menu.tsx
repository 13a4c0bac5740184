import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Checkbox, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Problem } from '#shared/errors.ts';
import { invalidate, useEndpoint, useSend } from '#ui/api.ts';
import { Choices } from '#ui/choices.tsx';
import { ProblemAlert } from '#ui/page.tsx';
import { useCan } from '#ui/session.tsx';
import { createView, deleteView, listViews, type SavedView, updateView } from '../views-contract.ts';
import { allCustomers, isAsSaved, type ListState, stateOfView, viewQueryOf } from './list-state.ts';

/** Saved views: open, save the present state as a new one, update, rename, share, delete. */
export function ViewsMenu({ state, onOpen }: { state: ListState; onOpen(change: Partial<ListState>): void }) {
  const { t } = useTranslation();
  const { modal, message } = App.useApp();
  const { data } = useEndpoint(listViews);
  const update = useSend(updateView, ['/views']);
  const remove = useSend(deleteView, ['/views']);
  const [dialog, setDialog] = useState<'new' | 'own' | null>(null);
  const reread = useReread();
  const views = data?.items ?? [];
  const current = views.find((view) => view.id === state.view);
  const item = (view: SavedView) => ({
    key: view.id,
    label: view.mine ? view.name : `${view.name} · ${t('customers.views.shared')}`,
    onClick: () => onOpen(stateOfView(view)),
  });
  return (
    <>
      <Choices
        menu={{
          items: [
            {
              key: 'all',
              label: t('customers.views.all'),
              onClick: () => onOpen(allCustomers),
            },
            ...views.map(item),
            { type: 'divider' },
            { key: 'save', label: t('customers.views.saveAs'), onClick: () => setDialog('new') },
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
                          onError: (problem) => void message.error(reread(problem).message),
                        },
                      ),
                  },
                  {
                    key: 'own',
                    label: t('customers.views.rename', { name: current.name }),
                    onClick: () => setDialog('own'),
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
                        onOk: () =>
                          remove.mutate(
                            { params: { id: current.id } },
                            {
                              onSuccess: () => onOpen({ view: undefined }),
                              onError: (problem) => void message.error(reread(problem).message),
                            },
                          ),
                      }),
                  },
                ]
              : []),
          ],
        }}
      >
        <Button>
          {current
            ? isAsSaved(state, current)
              ? current.name
              : t('customers.views.changed', { name: current.name })
            : t('customers.views.all')}{' '}
          ▾
        </Button>
      </Choices>
      {dialog ? (
        <ViewDialog
          state={state}
          view={dialog === 'own' ? current : undefined}
          onClose={(view) => {
            setDialog(null);
            if (view) onOpen({ view: view.id });
          }}
        />
      ) : null}
    </>
  );
}

/** Of a view changed or deleted elsewhere meanwhile the present state is read, so that one can go on with it. */
function useReread() {
  const { t } = useTranslation();
  const client = useQueryClient();
  return (problem: Problem): Problem => {
    const { status, code } = problem;
    if (status !== 412 && status !== 404) return problem;
    void invalidate(client, ['/views']);
    return new Problem(status, code, { message: t(status === 412 ? 'customers.views.stale' : 'customers.views.gone') });
  };
}

/** Name of a new view of the present state or of an own one, and whether all may open it. */
function ViewDialog({
  state,
  view,
  onClose,
}: {
  state: ListState;
  view: SavedView | undefined;
  onClose(view?: SavedView): void;
}) {
  const { t } = useTranslation();
  const can = useCan();
  const create = useSend(createView, ['/views']);
  const update = useSend(updateView, ['/views']);
  const [name, setName] = useState(view?.name ?? '');
  const [shared, setShared] = useState(view?.shared ?? false);
  const reread = useReread();
  const [refused, setRefused] = useState<Problem | null>(null);
  const ready = name.trim() !== '' && !create.isPending && !update.isPending;
  const done = {
    onSuccess: (saved: SavedView) => onClose(saved),
    onError: (problem: Problem) => setRefused(reread(problem)),
  };
  const save = () => {
    if (!ready) return;
    if (view) update.mutate({ params: { id: view.id }, ifMatch: view.version, body: { name, shared } }, done);
    else create.mutate({ body: { name, shared, query: viewQueryOf(state) } }, done);
  };
  return (
    <Modal
      open
      title={view ? t('customers.views.rename', { name: view.name }) : t('customers.views.saveAs')}
      okText={t('ui.save')}
      cancelText={t('ui.cancel')}
      onCancel={() => onClose()}
      onOk={save}
      okButtonProps={{ disabled: !ready, loading: create.isPending || update.isPending }}
    >
      <ProblemAlert problem={refused} />
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

import { App, Button, Modal, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEndpoint, useSend } from '#ui/api.ts';
import { RecordSelect } from '#ui/fields/record-select.tsx';
import { ProblemAlert } from '#ui/page.tsx';
import { listCollaborators, removeCollaborator, setCollaborator } from '../collaborator-contract.ts';

const stale = ['/customers'];

/** Who helps with the customer beside its owner, and how far. */
export function CollaboratorsDialog({ customerId, onClose }: { customerId: string; onClose(): void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { data, error } = useEndpoint(listCollaborators, { params: { id: customerId } });
  const put = useSend(setCollaborator, stale);
  const remove = useSend(removeCollaborator, stale);
  const [userId, setUserId] = useState<string | null>(null);
  const options = (['read', 'write'] as const).map((value) => ({
    value,
    label: t(`customers.pools.access.${value}`),
  }));
  const editable = data?.can.update === true;
  const set = (id: string, access: 'read' | 'write') =>
    put.mutate({ params: { id: customerId, userId: id }, body: { access } }, { onSuccess: () => setUserId(null) });
  return (
    <Modal open footer={null} title={t('customers.pools.collaborators')} onCancel={onClose}>
      <ProblemAlert problem={error ?? put.error} />
      {data && data.items.length === 0 ? <p className="muted">{t('customers.pools.noCollaborators')}</p> : null}
      <div>
        {data?.items.map((item) => (
          <div key={item.userId} className="row">
            <span className="grow">{item.name}</span>
            {editable ? (
              <>
                <Select
                  aria-label={t('customers.pools.accessOf', { name: item.name })}
                  value={item.access}
                  options={options}
                  onChange={(access) => set(item.userId, access)}
                />
                <Button
                  type="link"
                  danger
                  aria-label={t('customers.pools.removeOf', { name: item.name })}
                  onClick={() =>
                    remove.mutate(
                      { params: { id: customerId, userId: item.userId } },
                      { onError: (problem) => void message.error(problem.message) },
                    )
                  }
                >
                  {t('ui.delete')}
                </Button>
              </>
            ) : (
              <span className="muted">{t(`customers.pools.access.${item.access}`)}</span>
            )}
          </div>
        ))}
      </div>
      {editable ? (
        <div className="row">
          <div className="grow">
            <RecordSelect
              kind="user"
              aria-label={t('customers.pools.newCollaborator')}
              placeholder={t('customers.pools.newCollaborator')}
              value={userId}
              onChange={setUserId}
            />
          </div>
          <Button disabled={!userId} loading={put.isPending} onClick={() => userId && set(userId, 'read')}>
            {t('customers.pools.add')}
          </Button>
        </div>
      ) : null}
    </Modal>
  );
}

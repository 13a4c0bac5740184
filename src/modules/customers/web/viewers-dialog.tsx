import { Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { useEndpoint } from '#ui/api.ts';
import { listed } from '#ui/format.ts';
import { label } from '#ui/i18n.ts';
import { Loading, ProblemAlert } from '#ui/page.tsx';
import { whoCanSee } from '../contract.ts';

/** Who can see this customer, by name and why. */
export function ViewersDialog({ id, onClose }: { id: string; onClose(): void }) {
  const { t } = useTranslation();
  const { data, error } = useEndpoint(whoCanSee, { params: { id } });
  return (
    <Modal open title={t('customers.viewers.title')} footer={null} onCancel={onClose}>
      <ProblemAlert problem={error} />
      {data ? (
        <>
          <p className="muted">{t('customers.viewers.total', { n: data.total })}</p>
          <table className="plain">
            <thead>
              <tr>
                <th scope="col">{t('customers.viewers.name')}</th>
                <th scope="col">{t('customers.viewers.because')}</th>
              </tr>
            </thead>
            <tbody>
              {data.viewers.map((viewer) => (
                <tr key={viewer.userId}>
                  <td>{viewer.name}</td>
                  <td>
                    {t(`customers.viewers.reason.${viewer.because}`, {
                      roles: listed(viewer.roles.map(label)),
                    })}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      ) : (
        <Loading />
      )}
    </Modal>
  );
}

import { Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { listed } from '#ui/format.ts';
import { label } from '#ui/i18n.ts';
import { itemsOf, LoadMore, usePages } from '#ui/load-more.tsx';
import { Loading, ProblemAlert } from '#ui/page.tsx';
import { SearchBox } from '#ui/search-box.tsx';
import { whoCanSee } from '../contract.ts';

/** Fewer names are found by looking. */
const searchFrom = 20;

/** Who can see this customer, by name and why. */
export function ViewersDialog({ id, onClose }: { id: string; onClose(): void }) {
  const { t } = useTranslation();
  const [words, setWords] = useState('');
  const pages = usePages(whoCanSee, { params: { id }, query: { q: words || undefined } });
  const total = pages.data?.pages[0]?.total;
  return (
    <Modal open title={t('customers.viewers.title')} footer={null} onCancel={onClose}>
      <ProblemAlert problem={pages.error} />
      {words || (total ?? 0) > searchFrom ? (
        <SearchBox label={t('customers.viewers.search')} value={words} onChange={setWords} />
      ) : null}
      {total === undefined ? (
        pages.error ? null : (
          <Loading />
        )
      ) : (
        <>
          <p className="muted" role="status">
            {t('customers.viewers.total', { n: total })}
          </p>
          {total > 0 ? (
            <table className="plain">
              <thead>
                <tr>
                  <th scope="col">{t('customers.viewers.name')}</th>
                  <th scope="col">{t('customers.viewers.because')}</th>
                </tr>
              </thead>
              <tbody>
                {itemsOf(pages).map((viewer) => (
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
          ) : null}
          <LoadMore query={pages} />
        </>
      )}
    </Modal>
  );
}

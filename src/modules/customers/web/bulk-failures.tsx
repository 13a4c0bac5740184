import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useDictionary } from '#modules/fields/web/index.tsx';
import { formatNumber, labelled } from '#ui/format.ts';
import { itemsOf, LoadMore, usePages } from '#ui/load-more.tsx';
import { ProblemAlert } from '#ui/page.tsx';
import { ScrollRegion } from '#ui/scroll-region.tsx';
import { listBulkFailures } from '../bulk-contract.ts';

/** What came of a bulk edit: how many it changed, and each customer it could not, with the reason. */
export function BulkOutcome({ batchId }: { batchId: string }) {
  const { t } = useTranslation();
  const dictionary = useDictionary('customer');
  const pages = usePages(listBulkFailures, { params: { id: batchId }, query: { limit: 100 } });
  const found = pages.data?.pages[0];
  const title = t('customers.bulk.failed', { n: formatNumber(found?.failed ?? 0) });
  return (
    <>
      <ProblemAlert problem={pages.error} />
      {found ? <p role="status">{t('customers.bulk.changed', { n: formatNumber(found.changed) })}</p> : null}
      {found && found.failed > 0 ? (
        <>
          <p role="status">{title}</p>
          <ScrollRegion name={title}>
            <table className="plain entries">
              <thead>
                <tr>
                  <th scope="col">{t('customers.bulk.failedCustomer')}</th>
                  <th scope="col">{t('customers.bulk.failedReason')}</th>
                </tr>
              </thead>
              <tbody>
                {itemsOf(pages).map(({ customer, field, code, params }, index) => {
                  const reason = t(`errors.${code}`, params);
                  const name = field ? dictionary?.nameOf(field) : undefined;
                  return (
                    // biome-ignore lint/suspicious/noArrayIndexKey: the list only grows, and who is out of reach has no id
                    <tr key={index}>
                      <td>
                        {customer ? (
                          <Link to="/customers/$id" params={{ id: customer.id }}>
                            {customer.number} {customer.name}
                          </Link>
                        ) : (
                          <span className="muted">{t('customers.bulk.outOfReach')}</span>
                        )}
                      </td>
                      <td>{customer ? (name ? labelled(name, reason) : reason) : ''}</td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
          </ScrollRegion>
          <LoadMore query={pages} />
        </>
      ) : null}
    </>
  );
}

import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { itemsOf, LoadMore, usePages } from '#ui/load-more.tsx';
import { ProblemAlert } from '#ui/page.tsx';
import { ScrollRegion } from '#ui/scroll-region.tsx';
import { importErrors, skippedRows } from '../contract.ts';

/** Every wrong cell with its reason. */
export function WrongCells({ id }: { id: string }) {
  const { t } = useTranslation();
  const pages = usePages(importErrors, { params: { id }, query: { limit: 100 } });
  const items = itemsOf(pages);
  return (
    <section className="panel" aria-labelledby="wrong-cells">
      <h2 id="wrong-cells">{t('collection.errors')}</h2>
      <ProblemAlert problem={pages.error} />
      <ScrollRegion name={t('collection.errors')}>
        <table className="plain stacked">
          <thead>
            <tr>
              <th scope="col">{t('collection.row')}</th>
              <th scope="col">{t('collection.heading')}</th>
              <th scope="col">{t('collection.value')}</th>
              <th scope="col">{t('collection.reason')}</th>
            </tr>
          </thead>
          <tbody>
            {items.map((item) => (
              <tr key={`${item.row}-${item.column}-${item.code}`}>
                <td>{item.row}</td>
                <td>{item.column}</td>
                <td>{item.value}</td>
                <td>{item.message}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      <LoadMore query={pages} />
    </section>
  );
}

/** Rows left out, why, and the customer that was there already. */
export function SkippedRows({ id }: { id: string }) {
  const { t } = useTranslation();
  const pages = usePages(skippedRows, { params: { id }, query: { limit: 100 } });
  const items = itemsOf(pages);
  return (
    <section className="panel" aria-labelledby="skipped-rows">
      <h2 id="skipped-rows">{t('collection.skipped')}</h2>
      <ProblemAlert problem={pages.error} />
      <ScrollRegion name={t('collection.skipped')}>
        <table className="plain stacked">
          <thead>
            <tr>
              <th scope="col">{t('collection.row')}</th>
              <th scope="col">{t('collection.label')}</th>
              <th scope="col">{t('collection.reason')}</th>
              <th scope="col">{t('collection.existing')}</th>
            </tr>
          </thead>
          <tbody>
            {items.map((item) => (
              <tr key={item.row}>
                <td>{item.row}</td>
                <td>{item.label}</td>
                <td>
                  {t(`collection.skipReasons.${item.reason}`)}
                  {item.because ? ` · ${t(`collection.because.${item.because}`)}` : ''}
                </td>
                <td>
                  {item.customer ? (
                    <Link to="/customers/$id" params={{ id: item.customer.id }}>
                      {item.customer.number} {item.customer.name}
                    </Link>
                  ) : (
                    <span className="muted">{t('collection.existingHidden')}</span>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      <LoadMore query={pages} />
    </section>
  );
}

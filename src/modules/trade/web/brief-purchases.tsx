import { useTranslation } from 'react-i18next';
import { formatMoney } from '#shared/money.ts';
import { useEndpoint } from '#ui/api.ts';
import { formatNumber } from '#ui/format.ts';
import { Loading, ProblemAlert } from '#ui/page.tsx';
import { listPurchases } from '../contract.ts';

/** What was bought of late, and how much in all. */
export default function BriefPurchases({ customerId }: { customerId: string }) {
  const { t, i18n } = useTranslation();
  const { data, error } = useEndpoint(listPurchases, { params: { id: customerId }, query: { limit: 5 } });
  if (error) return <ProblemAlert problem={error} />;
  if (!data) return <Loading />;
  const money = (amountMinor: number, currency: string) =>
    formatMoney({ amount: String(amountMinor), currency }, i18n.language);
  return (
    <>
      <p className="muted">
        {t('trade.sum', {
          n: formatNumber(data.totals.count),
          amount: money(data.totals.amountMinor, data.totals.currency),
        })}
      </p>
      <ul>
        {data.items.map((item) => (
          <li key={item.id} className="row">
            <span className="muted">{item.day}</span>
            <span className="grow">{item.product}</span>
            <span>{money(item.amountMinor, item.currency)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

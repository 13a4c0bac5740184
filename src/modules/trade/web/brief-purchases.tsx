import { useTranslation } from 'react-i18next';
import type { ResponseOf } from '#shared/endpoint.ts';
import { formatMoney } from '#shared/money.ts';
import { formatNumber } from '#ui/format.ts';
import type { listPurchases } from '../contract.ts';

/** What was bought of late, and how much in all. */
export default function BriefPurchases({ data }: { data: unknown }) {
  const { t, i18n } = useTranslation();
  const { items, totals } = data as ResponseOf<typeof listPurchases>;
  const money = (amountMinor: number, currency: string) =>
    formatMoney({ amount: String(amountMinor), currency }, i18n.language);
  return (
    <>
      <p className="muted">
        {t('trade.sum', {
          n: formatNumber(totals.count),
          amount: money(totals.amountMinor, totals.currency),
        })}
      </p>
      <ul>
        {items.map((item) => (
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

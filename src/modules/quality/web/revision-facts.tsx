import { useTranslation } from 'react-i18next';
import { formatMajorMoney } from '#shared/money.ts';
import { companyCurrency, formatTime } from '#ui/format.ts';
import type { RevisionFacts as Facts } from '../revision-contract.ts';

/** What a result is judged by, in one line; facts one may not read are absent. */
export function RevisionFacts({ facts }: { facts: Facts }) {
  const { t, i18n } = useTranslation();
  const money = (amount: number | null | undefined) => formatMajorMoney(amount ?? 0, companyCurrency(), i18n.language);
  const { lastContactAt, lastPurchaseOn, purchaseTotal12m, purchaseTotalBefore } = facts;
  const parts: string[] = [];
  if (lastContactAt) parts.push(t('quality.revision.facts.lastContact', { day: formatTime(lastContactAt, false) }));
  else if (lastContactAt === null) parts.push(t('quality.revision.facts.neverContacted'));
  if (lastPurchaseOn) parts.push(t('quality.revision.facts.lastPurchase', { day: formatTime(lastPurchaseOn, false) }));
  else if (lastPurchaseOn === null) parts.push(t('quality.revision.facts.neverBought'));
  if (purchaseTotal12m || purchaseTotalBefore)
    parts.push(
      t('quality.revision.facts.bought', {
        now: money(purchaseTotal12m),
        before: money(purchaseTotalBefore),
      }),
    );
  return parts.length > 0 ? <p className="muted small">{parts.join(' · ')}</p> : null;
}

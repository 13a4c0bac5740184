import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Condition } from '#shared/conditions.ts';
import { formatNumber } from '#ui/format.ts';

/** A number that opens the customers behind it. */
export function CustomersLink({ filter, count, of }: { filter: Condition; count: number; of: string }) {
  const { t } = useTranslation();
  return (
    <Link to="/customers" search={{ filter }} aria-label={t('quality.open', { name: of, n: formatNumber(count) })}>
      {formatNumber(count)}
    </Link>
  );
}

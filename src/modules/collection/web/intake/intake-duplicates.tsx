import { Link } from '@tanstack/react-router';
import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { useEndpoint } from '#ui/api.ts';
import { intakeDuplicates } from '../../intake-contract.ts';

/** Customers already there that may be the collected one; of others' only the count. */
export function IntakeDuplicates({ id }: { id: string }) {
  const { t } = useTranslation();
  const { data } = useEndpoint(intakeDuplicates, { params: { id } });
  if (!data || data.items.length + data.hidden === 0) return null;
  return (
    <Alert
      type="warning"
      showIcon
      className="problem"
      title={t('customers.duplicates.title')}
      description={
        <>
          <ul>
            {data.items.map((item) => (
              <li key={item.id}>
                <Link to="/customers/$id" params={{ id: item.id }} target="_blank">
                  {item.name}
                </Link>{' '}
                {item.number} · {item.because.map((reason) => t(`customers.duplicates.because.${reason}`)).join(', ')} ·{' '}
                {t('customers.duplicates.score', { n: Math.min(99, Math.round(item.score * 100)) })}
              </li>
            ))}
          </ul>
          {data.hidden > 0 ? <p>{t('customers.duplicates.hidden', { n: data.hidden })}</p> : null}
        </>
      }
    />
  );
}

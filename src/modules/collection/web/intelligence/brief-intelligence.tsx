import { useTranslation } from 'react-i18next';
import { useEndpoint } from '#ui/api.ts';
import { Loading, ProblemAlert } from '#ui/page.tsx';
import { listIntelligence } from '../../intelligence-contract.ts';

/** Valid intelligence about the customer, and the latest about competitors. */
export default function BriefIntelligence({ customerId }: { customerId: string }) {
  const { t } = useTranslation();
  const own = useEndpoint(listIntelligence, { query: { customerId, validity: 'valid', limit: 5 } });
  const rivals = useEndpoint(listIntelligence, { query: { subject: 'competitor', validity: 'valid', limit: 3 } });
  const problem = own.error ?? rivals.error;
  if (problem) return <ProblemAlert problem={problem} />;
  if (!own.data || !rivals.data) return <Loading />;
  const items = [...new Map([...own.data.items, ...rivals.data.items].map((item) => [item.id, item])).values()];
  if (items.length === 0) return <p className="muted">{t('collection.intelligence.noneToBring')}</p>;
  return (
    <ul>
      {items.map((item) => (
        <li key={item.id}>
          <span className="muted">{item.collectedOn}</span> <strong>{item.item}</strong>{' '}
          <span className="muted">
            {item.customer?.name ?? item.subjectName} · {item.reliability}
            {item.credibility}
          </span>
          {item.content ? <p className="muted brief-text">{item.content}</p> : null}
        </li>
      ))}
    </ul>
  );
}

import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { useEndpoint } from '#ui/api.ts';
import { formatTime } from '#ui/format.ts';
import { Loading, ProblemAlert } from '#ui/page.tsx';
import { listActivities } from '../activity-contract.ts';

/** The last contacts: when, how, with whom, what came of it. */
export default function BriefActivities({ customerId }: { customerId: string }) {
  const { t } = useTranslation();
  const { data, error } = useEndpoint(listActivities, { query: { customerId, limit: 5 } });
  if (error) return <ProblemAlert problem={error} />;
  if (!data) return <Loading />;
  if (data.items.length === 0) return <p className="muted">{t('work.brief.noContacts')}</p>;
  return (
    <ul>
      {data.items.map((item) => (
        <li key={item.id}>
          <div className="row">
            <span className="muted">{formatTime(item.happenedAt, false)}</span>
            <Tag>{t(`work.type.${item.type}`)}</Tag>
            <strong>{item.subject}</strong>
            <span className="muted">
              {[item.authorName, ...item.contacts.map((contact) => contact.name)].join(' · ')}
            </span>
          </div>
          {item.body ? <p className="muted brief-text">{item.body}</p> : null}
        </li>
      ))}
    </ul>
  );
}

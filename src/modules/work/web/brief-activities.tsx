import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { ResponseOf } from '#shared/endpoint.ts';
import { formatTime } from '#ui/format.ts';
import type { listActivities } from '../activity-contract.ts';

/** The last contacts: when, how, with whom, what came of it. */
export default function BriefActivities({ data }: { data: unknown }) {
  const { t } = useTranslation();
  const { items } = data as ResponseOf<typeof listActivities>;
  return (
    <ul>
      {items.map((item) => (
        <li key={item.id}>
          <div className="row brief-event">
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

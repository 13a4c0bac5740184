import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { IntelligenceView } from '../../intelligence-contract.ts';

interface Told {
  own: IntelligenceView[];
  competitors: IntelligenceView[];
  theirs: boolean;
}

/** Valid intelligence about the customer, and the latest about its competitors. */
export default function BriefIntelligence({ data }: { data: unknown }) {
  const { t } = useTranslation();
  const { own, competitors, theirs } = data as Told;
  return (
    <>
      <Notes items={own} />
      {competitors.length > 0 ? (
        <>
          <h3>{t(theirs ? 'collection.intelligence.itsCompetitors' : 'collection.intelligence.anyCompetitors')}</h3>
          <Notes items={competitors} />
        </>
      ) : null}
    </>
  );
}

function Notes({ items }: { items: IntelligenceView[] }) {
  return (
    <ul>
      {items.map((item) => (
        <li key={item.id}>
          <span className="muted">{item.collectedOn}</span> <strong>{item.item}</strong>{' '}
          <span className="muted">
            {item.customer ? (
              <Link to="/customers/$id" params={{ id: item.customer.id }}>
                {item.customer.name}
              </Link>
            ) : (
              item.subjectName
            )}{' '}
            · {item.reliability}
            {item.credibility}
          </span>
          {item.content ? <p className="muted brief-text">{item.content}</p> : null}
        </li>
      ))}
    </ul>
  );
}

import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useEndpoint } from '#ui/api.ts';
import { type IntakeRowView, listIntakes } from '../../intake-contract.ts';
import { IntakeState, Lateness } from './parts.tsx';

/** On the Today page: own intakes not finished, and late ones of the reader's people. Absent when there are none. */
export default function IntakeToday() {
  const { t } = useTranslation();
  const mine = useEndpoint(listIntakes, { query: { box: 'mine', limit: 5 } });
  const late = useEndpoint(listIntakes, { query: { box: 'late', limit: 5 } });
  const own = mine.data?.items ?? [];
  const others = (late.data?.items ?? []).filter((item) => !own.some((row) => row.id === item.id));
  if (own.length + others.length === 0) return null;
  return (
    <section className="panel" aria-labelledby="today-intake">
      <div className="row">
        <h2 id="today-intake" className="grow">
          {t('collection.intake.title')}
        </h2>
        <Link to="/intakes">
          <Button size="small" tabIndex={-1}>
            {t('ui.open')}
          </Button>
        </Link>
      </div>
      <ul className="cards">
        {[...others, ...own].map((item) => (
          <Row key={item.id} item={item} />
        ))}
      </ul>
    </section>
  );
}

function Row({ item }: { item: IntakeRowView }) {
  const { t } = useTranslation();
  return (
    <li className="list-row">
      <Link to="/intakes/$id" params={{ id: item.id }} className="grow">
        {item.name || t('collection.intake.unnamed')}
      </Link>
      <span className="muted small">{item.collector.name}</span>
      <IntakeState intake={item} />
      {item.daysLate > 0 ? (
        <Lateness intake={item} />
      ) : (
        <span className="muted small">{t('collection.intake.dueBy', { day: item.dueOn })}</span>
      )}
    </li>
  );
}

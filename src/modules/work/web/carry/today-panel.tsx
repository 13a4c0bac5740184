import { Link } from '@tanstack/react-router';
import { Button, Checkbox } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEndpoint } from '#ui/api.ts';
import { formatTime } from '#ui/format.ts';
import { myCarries } from '../../carry-contract.ts';
import { listTasks } from '../../task-contract.ts';
import { listVisits } from '../../visit-contract.ts';
import { useCompanyTime } from '../when.ts';
import TakeDialog from './take-dialog.tsx';

/** What I carry today, or the customers of today's visits to take along. */
export default function CarryPanel() {
  const { t } = useTranslation();
  const { today } = useCompanyTime();
  const mine = useEndpoint(myCarries);
  const tasks = useEndpoint(listTasks, { query: { assignee: 'me', from: today, to: today, limit: 50 } });
  const planned = useEndpoint(listVisits, {
    query: { visitor: 'me', from: today, to: today, state: 'open', order: 'soonest', limit: 50 },
  });
  const [chosen, setChosen] = useState<string[]>();
  const [taking, setTaking] = useState<string[]>();
  const out = (mine.data?.items ?? []).filter((item) => item.endedAt === null);
  const cards = out.flatMap((item) => item.cards.filter((card) => card.state === 'out'));
  const carried = new Set(cards.map((card) => card.customerId));
  const visits = new Map<string, string>();
  for (const visit of planned.data?.items ?? []) visits.set(visit.customerId, visit.customerName);
  for (const task of tasks.data?.items ?? [])
    if (['visit', 'meeting'].includes(task.kind) && task.customerId)
      visits.set(task.customerId, task.customerName ?? '');
  for (const id of carried) visits.delete(id);
  if (cards.length === 0 && visits.size === 0) return null;
  const selected = chosen ?? [...visits.keys()];
  return (
    <section className="panel" aria-labelledby="today-carry">
      <div className="row">
        <h2 id="today-carry" className="grow">
          {cards.length > 0 ? t('work.carry.count', { n: cards.length }) : t('work.carry.title')}
        </h2>
        <Link to="/carry">{t('work.carry.title')}</Link>
      </div>
      {out[0] && cards.length > 0 ? (
        <p className="muted">
          {t('work.carry.since', { at: formatTime(out[0].takenAt), due: formatTime(out[0].dueAt) })}
        </p>
      ) : null}
      {visits.size > 0 ? (
        <>
          <p className="muted">{t('work.carry.todaysVisits')}</p>
          <Checkbox.Group
            value={selected}
            options={[...visits].map(([value, name]) => ({ value, label: name }))}
            onChange={(ids) => setChosen(ids.map(String))}
          />
          <Button disabled={selected.length === 0} onClick={() => setTaking(selected)}>
            {t('work.carry.take')}
          </Button>
        </>
      ) : null}
      {taking ? <TakeDialog customerIds={taking} onClose={() => setTaking(undefined)} /> : null}
    </section>
  );
}

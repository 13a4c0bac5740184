import { useTranslation } from 'react-i18next';
import { useEndpoint } from '#ui/api.ts';
import { Loading, ProblemAlert } from '#ui/page.tsx';
import { listTasks } from '../task-contract.ts';
import { TaskRow } from './task-row.tsx';

/** What was promised and is still open, overdue first. */
export default function BriefPromises({ customerId }: { customerId: string }) {
  const { t } = useTranslation();
  const { data, error } = useEndpoint(listTasks, { query: { customerId, limit: 10 } });
  if (error) return <ProblemAlert problem={error} />;
  if (!data) return <Loading />;
  if (data.items.length === 0) return <p className="muted">{t('work.brief.noPromises')}</p>;
  return (
    <ul className="cards">
      {data.items.map((task) => (
        <TaskRow key={task.id} task={task} showCustomer={false} />
      ))}
    </ul>
  );
}

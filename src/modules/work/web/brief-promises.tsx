import type { ResponseOf } from '#shared/endpoint.ts';
import type { listTasks } from '../task-contract.ts';
import { TaskRow } from './task-row.tsx';

/** What was promised and is still open, overdue first. */
export default function BriefPromises({ data }: { data: unknown }) {
  const { items } = data as ResponseOf<typeof listTasks>;
  return (
    <ul className="cards">
      {items.map((task) => (
        <TaskRow key={task.id} task={task} showCustomer={false} />
      ))}
    </ul>
  );
}

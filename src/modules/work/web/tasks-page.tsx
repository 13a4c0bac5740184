import { PlusOutlined } from '@ant-design/icons';
import { useNavigate, useParams } from '@tanstack/react-router';
import { Button, Segmented } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { addDays } from '#shared/dates/zoned.ts';
import { oneOf, useAddress } from '#ui/address.ts';
import { useEndpoint } from '#ui/api.ts';
import { itemsOf, LoadMore, usePages } from '#ui/load-more.tsx';
import { EmptyState, Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { useCan, useSession } from '#ui/session.tsx';
import { getTask, listTasks, type TaskView } from '../task-contract.ts';
import { TaskForm } from './task-form.tsx';
import { TaskRow } from './task-row.tsx';
import { mondayOf, useCompanyTime } from './when.ts';

type Group = 'overdue' | 'today' | 'tomorrow' | 'week' | 'later' | 'undated';
const groups: Group[] = ['overdue', 'today', 'tomorrow', 'week', 'later', 'undated'];
const views = ['mine', 'given', 'all', 'done'] as const;

const queries = {
  mine: { assignee: 'me' },
  given: { given: 'true' },
  all: {},
  done: { assignee: 'me', state: 'done' },
} as const;

/** Tasks by urgency. */
export default function TasksPage() {
  const { t } = useTranslation();
  const can = useCan();
  const session = useSession();
  const { today } = useCompanyTime();
  const [{ view }, put] = useAddress({ view: oneOf(views, 'mine') });
  const [adding, setAdding] = useState(false);
  const pages = usePages(listTasks, { query: { limit: 100, ...queries[view] } });
  const items = itemsOf(pages);
  const wide = session.grants['task:read'] !== 'own';
  return (
    <Page
      title={t('work.task.title')}
      actions={
        can('task:manage') ? (
          <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setAdding(true)}>
            {t('work.task.add')}
          </Button>
        ) : null
      }
    >
      <div className="bar">
        <Segmented
          aria-label={t('ui.shown')}
          value={view}
          options={views
            .filter((key) => wide || key !== 'all')
            .map((key) => ({ value: key, label: t(`work.task.views.${key}`) }))}
          onChange={(next) => put({ view: next })}
        />
      </div>
      <ProblemAlert problem={pages.error} onRetry={() => void pages.refetch()} />
      {pages.isPending ? <Loading /> : null}
      {!pages.isPending && items.length === 0 ? <EmptyState text={t(`work.task.empty.${view}`)} /> : null}
      {view === 'done' && items.length > 0 ? (
        <ul className="cards panel">
          {items.map((task) => (
            <TaskRow key={task.id} task={task} />
          ))}
        </ul>
      ) : null}
      {view === 'done'
        ? null
        : groups.map((group) => (
            <TaskGroup key={group} name={group} tasks={items.filter((task) => groupOf(task, today) === group)} />
          ))}
      <LoadMore query={pages} />
      {adding ? <TaskForm onClose={() => setAdding(false)} /> : null}
      <LinkedTask />
    </Page>
  );
}

function TaskGroup({ name, tasks }: { name: Group; tasks: TaskView[] }) {
  const { t } = useTranslation();
  if (tasks.length === 0) return null;
  return (
    <section className="panel" aria-labelledby={`tasks-${name}`}>
      <h2 id={`tasks-${name}`}>
        {t(`work.task.groups.${name}`)} <span className="muted">{tasks.length}</span>
      </h2>
      <ul className="cards">
        {[...tasks].sort(byTime).map((task) => (
          <TaskRow key={task.id} task={task} />
        ))}
      </ul>
    </section>
  );
}

const byTime = (a: TaskView, b: TaskView) =>
  `${a.dueOn ?? '9'}${a.dueAt ?? ''}`.localeCompare(`${b.dueOn ?? '9'}${b.dueAt ?? ''}`);

function groupOf(task: TaskView, today: string): Group {
  const day = task.dueOn;
  if (!day) return 'undated';
  if (task.overdue) return 'overdue';
  if (day <= today) return 'today';
  if (day === addDays(today, 1)) return 'tomorrow';
  return day < addDays(mondayOf(today), 7) ? 'week' : 'later';
}

/** The task a notice leads to: `/tasks/<id>`. */
function LinkedTask() {
  const navigate = useNavigate();
  const { id } = useParams({ strict: false }) as { id?: string };
  const found = useEndpoint(getTask, { params: { id: id ?? '' } }, { enabled: id !== undefined, retry: false });
  if (!id) return null;
  if (found.error) return <ProblemAlert problem={found.error} />;
  if (!found.data) return null;
  return <TaskForm key={id} task={found.data} onClose={() => void navigate({ to: '/tasks' })} />;
}

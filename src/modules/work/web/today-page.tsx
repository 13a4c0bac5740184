import './work.css';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { listNotifications } from '#modules/notifications/contract.ts';
import { addDays } from '#shared/dates/zoned.ts';
import { useEndpoint } from '#ui/api.ts';
import { formatTime } from '#ui/format.ts';
import { EmptyState, Page, ProblemAlert } from '#ui/page.tsx';
import { ScrollRegion } from '#ui/scroll-region.tsx';
import { useCan } from '#ui/session.tsx';
import { useSlots } from '#ui/slots.tsx';
import { listTasks } from '../task-contract.ts';
import { neglectedCustomers, teamToday } from '../today-contract.ts';
import { TaskForm } from './task-form.tsx';
import { TaskRow } from './task-row.tsx';
import { useCompanyTime } from './when.ts';

interface Panel {
  key: string;
  order: number;
  permission?: string;
  component: () => ReactNode;
}

/** Panels of this module; other modules add theirs by `todayPanels`, and all of them load at the same time. */
const own: Panel[] = [
  { key: 'tasks', order: 10, permission: 'task:read', component: DueTasks },
  { key: 'nextSteps', order: 30, permission: 'task:read', component: ComingTasks },
  { key: 'neglected', order: 40, permission: 'customer:read', component: Neglected },
  { key: 'news', order: 50, component: News },
  { key: 'team', order: 5, permission: 'team:today', component: Team },
];

/** What the day holds for the person: due tasks, coming steps, customers who wait, what happened; for a supervisor also the team. */
export default function TodayPage() {
  const { t, i18n } = useTranslation();
  const can = useCan();
  const { today, timeZone } = useCompanyTime();
  const { todayPanels } = useSlots();
  const [adding, setAdding] = useState(false);
  const date = new Intl.DateTimeFormat(i18n.language, { timeZone, dateStyle: 'full' }).format(new Date());
  const panels = [...own, ...todayPanels].sort((a, b) => a.order - b.order).filter((panel) => can(panel.permission));
  return (
    <Page
      title={t('work.today.title')}
      actions={
        can('task:manage') ? (
          <Button type="primary" onClick={() => setAdding(true)}>
            {t('work.task.add')}
          </Button>
        ) : null
      }
    >
      <p className="muted">
        <time dateTime={today}>{date}</time>
      </p>
      <div className="today-panels">
        {panels.map(({ key, component: Content }) => (
          <div key={key} className={`today-panel today-${key}`}>
            <Content />
          </div>
        ))}
      </div>
      {adding ? <TaskForm onClose={() => setAdding(false)} /> : null}
    </Page>
  );
}

function Frame({ id, title, more, children }: { id: string; title: ReactNode; more?: ReactNode; children: ReactNode }) {
  return (
    <section className="panel" aria-labelledby={`today-${id}`}>
      <div className="row">
        <h2 id={`today-${id}`} className="grow">
          {title}
        </h2>
        {more}
      </div>
      {children}
    </section>
  );
}

function DueTasks() {
  const { t } = useTranslation();
  const { today } = useCompanyTime();
  const tasks = useEndpoint(listTasks, { query: { assignee: 'me', to: today, limit: 30 } });
  const items = tasks.data?.items ?? [];
  return (
    <Frame id="tasks" title={t('work.today.due')} more={<Link to="/tasks">{t('work.today.allTasks')}</Link>}>
      <ProblemAlert problem={tasks.error} onRetry={() => void tasks.refetch()} />
      {tasks.data && items.length === 0 ? <EmptyState text={t('work.today.noTasks')} /> : null}
      <ul className="cards">
        {items.map((task) => (
          <TaskRow key={task.id} task={task} />
        ))}
      </ul>
    </Frame>
  );
}

function ComingTasks() {
  const { t } = useTranslation();
  const { today } = useCompanyTime();
  const query = { assignee: 'me', from: addDays(today, 1), to: addDays(today, 7), limit: 10 } as const;
  const tasks = useEndpoint(listTasks, { query });
  const items = tasks.data?.items ?? [];
  return (
    <Frame id="coming" title={t('work.today.coming')} more={<Link to="/calendar">{t('work.calendar.title')}</Link>}>
      <ProblemAlert problem={tasks.error} onRetry={() => void tasks.refetch()} />
      {tasks.data && items.length === 0 ? <p className="muted">{t('work.today.noComing')}</p> : null}
      <ul className="cards">
        {items.map((task) => (
          <TaskRow key={task.id} task={task} />
        ))}
      </ul>
    </Frame>
  );
}

function Neglected() {
  const { t } = useTranslation();
  const found = useEndpoint(neglectedCustomers);
  const { data } = found;
  if (data && data.items.length === 0) return null;
  return (
    <Frame
      id="neglected"
      title={t('work.today.neglected', { days: data?.days ?? 30, n: data?.total ?? 0 })}
      more={
        <Link to="/customers" search={{ sort: 'lastContactAt' }}>
          {t('work.today.allCustomers')}
        </Link>
      }
    >
      <ProblemAlert problem={found.error} onRetry={() => void found.refetch()} />
      <ul className="cards">
        {(data?.items ?? []).map((item) => (
          <li key={item.id} className="list-row">
            <Link to="/customers/$id" params={{ id: item.id }} className="grow">
              {item.name}
            </Link>
            <span className="muted small">
              {item.lastContactAt ? formatTime(item.lastContactAt, false) : t('work.today.never')}
            </span>
          </li>
        ))}
      </ul>
    </Frame>
  );
}

function News() {
  const { t } = useTranslation();
  const news = useEndpoint(listNotifications, { query: { unread: 'true', limit: 8 } });
  if (!news.data || news.data.items.length === 0) return null;
  return (
    <Frame id="news" title={t('work.today.news')} more={<Link to="/notifications">{t('work.today.allNews')}</Link>}>
      <ul className="cards">
        {news.data.items.map((item) => {
          const text = t(`notifications.types.${item.type}`, { ...item.params });
          return (
            <li key={item.id} className="list-row">
              <span className="grow">{item.path ? <Link to={item.path}>{text}</Link> : text}</span>
              <span className="muted small">{formatTime(item.createdAt)}</span>
            </li>
          );
        })}
      </ul>
    </Frame>
  );
}

function Team() {
  const { t } = useTranslation();
  const team = useEndpoint(teamToday);
  const { data } = team;
  if (data && data.items.length === 0) return null;
  const figures = ['overdue', 'dueToday', 'activities7d', 'customers', 'neglected'] as const;
  return (
    <Frame id="team" title={t('work.today.team')}>
      <ProblemAlert problem={team.error} onRetry={() => void team.refetch()} />
      <ScrollRegion name={t('work.today.team')}>
        <table className="plain team-table">
          <thead>
            <tr>
              <th scope="col">{t('work.today.person')}</th>
              {figures.map((key) => (
                <th key={key} scope="col" className="figure">
                  {t(`work.today.figures.${key}`, { days: data?.days ?? 30 })}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {(data?.items ?? []).map((item) => (
              <tr key={item.id}>
                <th scope="row">{item.name}</th>
                {figures.map((key) => (
                  <td key={key} className={key === 'overdue' && item.overdue > 0 ? 'figure overdue' : 'figure'}>
                    {item[key]}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      {data?.more ? <p className="muted small">{t('work.today.teamFirst', { n: data.items.length })}</p> : null}
    </Frame>
  );
}

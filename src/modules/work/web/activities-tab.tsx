import { PlusOutlined } from '@ant-design/icons';
import { App, Button, Input, Modal, Select, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSend } from '#ui/api.ts';
import { FormField } from '#ui/fields/form-field.tsx';
import { formatTime, listed } from '#ui/format.ts';
import { itemsOf, LoadMore, usePages } from '#ui/load-more.tsx';
import { EmptyState, Loading, ProblemAlert } from '#ui/page.tsx';
import { useCan } from '#ui/session.tsx';
import {
  type ActivityType,
  type ActivityView,
  activityTypes,
  listActivities,
  removeActivity,
} from '../activity-contract.ts';
import { listTasks } from '../task-contract.ts';
import { ActivityForm, activityStale } from './activity-form.tsx';
import { MinutesButton } from './minutes/minutes-button.tsx';
import { TaskForm } from './task-form.tsx';
import { TaskRow } from './task-row.tsx';

/** What was done with the customer, and what is to be done next. */
export default function ActivitiesTab({ customerId }: { customerId: string }) {
  const { t } = useTranslation();
  const can = useCan();
  const [type, setType] = useState<ActivityType | undefined>();
  const [form, setForm] = useState<'activity' | 'task' | ActivityView | null>(null);
  const [removing, setRemoving] = useState<ActivityView | null>(null);
  const pages = usePages(listActivities, { query: { customerId, limit: 30, ...(type ? { type } : {}) } });
  const tasks = usePages(listTasks, { query: { customerId, limit: 50 } }, can('task:read'));
  const items = itemsOf(pages);
  const open = itemsOf(tasks);
  return (
    <>
      <div className="bar">
        {can('activity:record') ? (
          <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setForm('activity')}>
            {t('work.activity.add')}
          </Button>
        ) : null}
        {can('task:manage') ? <Button onClick={() => setForm('task')}>{t('work.task.add')}</Button> : null}
        <Select
          aria-label={t('work.activity.filterType')}
          placeholder={t('work.activity.filterType')}
          allowClear
          className="timeline-filter"
          value={type}
          options={activityTypes.map((key) => ({ value: key, label: t(`work.type.${key}`) }))}
          onChange={setType}
        />
      </div>
      {open.length > 0 ? (
        <section className="panel" aria-labelledby={`next-${customerId}`}>
          <h2 id={`next-${customerId}`}>{t('work.nextStep.title')}</h2>
          <ul className="cards">
            {open.map((task) => (
              <TaskRow key={task.id} task={task} showCustomer={false} />
            ))}
          </ul>
          <LoadMore query={tasks} />
        </section>
      ) : null}
      <ProblemAlert problem={pages.error ?? tasks.error} onRetry={() => void pages.refetch()} />
      {pages.isPending ? <Loading /> : null}
      {!pages.isPending && items.length === 0 ? <EmptyState text={t('work.activity.none')} /> : null}
      <ol className="timeline">
        {items.map((item) => (
          <li key={item.id}>
            <ActivityEntry activity={item} onEdit={() => setForm(item)} onRemove={() => setRemoving(item)} />
          </li>
        ))}
      </ol>
      <LoadMore query={pages} />
      {form === 'task' ? <TaskForm customerId={customerId} onClose={() => setForm(null)} /> : null}
      {form && form !== 'task' ? (
        <ActivityForm
          customerId={customerId}
          activity={form === 'activity' ? undefined : form}
          onClose={() => setForm(null)}
        />
      ) : null}
      {removing ? <RemoveDialog activity={removing} onClose={() => setRemoving(null)} /> : null}
    </>
  );
}

function ActivityEntry({ activity, onEdit, onRemove }: { activity: ActivityView; onEdit(): void; onRemove(): void }) {
  const { t } = useTranslation();
  const details = [
    listed(activity.contacts.map((contact) => contact.name)),
    activity.place,
    activity.durationMinutes ? t('work.activity.minutes', { n: activity.durationMinutes }) : '',
  ].filter((text) => text !== '');
  return (
    <>
      <div className="muted small">
        {formatTime(activity.happenedAt)} · {activity.authorName}
      </div>
      <div className="row">
        <Tag>{t(`work.type.${activity.type}`)}</Tag>
        <strong className="activity-subject">{activity.subject}</strong>
        {activity.outcome ? (
          <Tag color={activity.outcome === 'notReached' || activity.outcome === 'declined' ? 'default' : 'blue'}>
            {t(`work.outcome.${activity.outcome}`)}
          </Tag>
        ) : null}
        {activity.can.update ? (
          <>
            {activity.type === 'meeting' || activity.type === 'visit' ? (
              <MinutesButton activityId={activity.id} />
            ) : null}
            <Button size="small" type="link" onClick={onEdit}>
              {t('work.activity.change')}
            </Button>
            <Button size="small" type="link" danger onClick={onRemove}>
              {t('work.activity.remove')}
            </Button>
          </>
        ) : null}
      </div>
      {details.length > 0 ? <div className="muted">{details.join(' · ')}</div> : null}
      {activity.body ? <div className="note-text">{activity.body}</div> : null}
      {activity.nextSteps.map((step) => (
        <div key={step.id} className="muted">
          → {step.title} {step.dueAt ? formatTime(step.dueAt) : step.dueOn}
          {step.state === 'done' ? ` ✓` : ''}
        </div>
      ))}
    </>
  );
}

function RemoveDialog({ activity, onClose }: { activity: ActivityView; onClose(): void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const remove = useSend(removeActivity, activityStale);
  const [reason, setReason] = useState('');
  return (
    <Modal
      open
      title={t('work.activity.removeTitle')}
      okText={t('work.activity.remove')}
      okButtonProps={{ danger: true, loading: remove.isPending, disabled: reason.trim() === '' }}
      cancelText={t('ui.cancel')}
      onCancel={onClose}
      onOk={() =>
        remove.mutate(
          { params: { id: activity.id }, ifMatch: activity.version, body: { reason } },
          {
            onSuccess: () => {
              void message.success(t('ui.saved'));
              onClose();
            },
          },
        )
      }
    >
      <ProblemAlert problem={remove.error} />
      <FormField id="activity-reason" label={t('work.activity.reason')} required>
        <Input
          id="activity-reason"
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </FormField>
    </Modal>
  );
}

import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined, EditOutlined, PlusOutlined } from '@ant-design/icons';
import { App, Button, Popconfirm, Switch } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDictionary } from '#modules/fields/web/index.tsx';
import type { Condition } from '#shared/conditions.ts';
import { useEndpoint, useSend } from '#ui/api.ts';
import { ConditionText } from '#ui/fields/condition-text.tsx';
import { formatNumber, listed } from '#ui/format.ts';
import { JobProgress, useJob } from '#ui/job-progress.tsx';
import { EmptyState, Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { ScrollRegion } from '#ui/scroll-region.tsx';
import {
  type AssignmentRuleView,
  listAssignmentRules,
  orderAssignmentRules,
  removeAssignmentRule,
  runAssignmentRules,
  setTeamAssignment,
  updateAssignmentRule,
} from '../assignment-contract.ts';
import { AssignmentDialog } from './assignment-dialog.tsx';

const stale = ['/assignment-rules'];

/** Rules that give new customers without an owner to somebody. */
export default function AssignmentPage() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const dictionary = useDictionary('customer');
  const { data, error, refetch } = useEndpoint(listAssignmentRules);
  const [open, setOpen] = useState<AssignmentRuleView | 'new' | null>(null);
  const [jobId, setJobId] = useState<string | null>(null);
  const job = useJob(jobId);
  const ended = job.data?.state === 'done';
  useEffect(() => {
    if (ended) void refetch();
  }, [ended, refetch]);
  const run = useSend(runAssignmentRules, [...stale, '/customers']);
  const update = useSend(updateAssignmentRule, stale);
  const order = useSend(orderAssignmentRules, stale);
  const remove = useSend(removeAssignmentRule, stale);
  const failed = (problem: Error) => void message.error(problem.message);
  const items = data?.items ?? [];
  const move = (index: number, by: number) => {
    const ids = items.map((item) => item.id);
    const [id = ''] = ids.splice(index, 1);
    ids.splice(index + by, 0, id);
    order.mutate({ body: { ids } }, { onError: failed });
  };
  return (
    <Page
      title={t('customers.assignment.title')}
      actions={
        <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setOpen('new')}>
          {t('customers.assignment.new')}
        </Button>
      }
    >
      <p className="muted">{t('customers.assignment.text')}</p>
      <ProblemAlert problem={error} onRetry={() => void refetch()} />
      {data && dictionary ? null : <Loading />}
      {data && items.length === 0 ? <EmptyState text={t('customers.assignment.none')} /> : null}
      {data && dictionary && items.length > 0 ? (
        <ScrollRegion name={t('customers.assignment.title')}>
          <table className="plain">
            <thead>
              <tr>
                <th scope="col">{t('customers.assignment.order')}</th>
                <th scope="col">{t('customers.assignment.name')}</th>
                <th scope="col">{t('customers.assignment.condition')}</th>
                <th scope="col">{t('customers.assignment.way')}</th>
                <th scope="col">{t('customers.assignment.given')}</th>
                <th scope="col">{t('customers.assignment.enabled')}</th>
                <th scope="col">{t('ui.action')}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((item, index) => (
                <tr key={item.id}>
                  <td className="nowrap">
                    {index + 1}{' '}
                    <Button
                      size="small"
                      type="text"
                      disabled={index === 0}
                      icon={<ArrowUpOutlined aria-hidden />}
                      aria-label={t('customers.assignment.up', { name: item.name })}
                      onClick={() => move(index, -1)}
                    />
                    <Button
                      size="small"
                      type="text"
                      disabled={index === items.length - 1}
                      icon={<ArrowDownOutlined aria-hidden />}
                      aria-label={t('customers.assignment.down', { name: item.name })}
                      onClick={() => move(index, 1)}
                    />
                  </td>
                  <td>{item.name}</td>
                  <td>
                    {item.condition ? (
                      <ConditionText condition={item.condition as Condition} fields={dictionary.fields} />
                    ) : (
                      t('customers.assignment.everybody')
                    )}
                  </td>
                  <td>
                    {t(`customers.assignment.methods.${item.way.method}`)}{' '}
                    <span className="muted">{targetText(item, data.names)}</span>
                  </td>
                  <td>{formatNumber(item.assignedCount)}</td>
                  <td>
                    <Switch
                      size="small"
                      checked={item.enabled}
                      aria-label={t('customers.assignment.enabledOf', { name: item.name })}
                      onChange={(enabled) =>
                        update.mutate(
                          { params: { id: item.id }, ifMatch: item.version, body: { enabled } },
                          { onError: failed },
                        )
                      }
                    />
                  </td>
                  <td className="nowrap">
                    <Button
                      size="small"
                      type="text"
                      icon={<EditOutlined aria-hidden />}
                      aria-label={t('customers.assignment.editOf', { name: item.name })}
                      onClick={() => setOpen(item)}
                    />
                    <Popconfirm
                      title={t('customers.assignment.removeSure')}
                      okText={t('customers.assignment.remove')}
                      cancelText={t('ui.cancel')}
                      onConfirm={() =>
                        remove.mutate({ params: { id: item.id }, ifMatch: item.version }, { onError: failed })
                      }
                    >
                      <Button
                        size="small"
                        type="text"
                        icon={<DeleteOutlined aria-hidden />}
                        aria-label={t('customers.assignment.removeOf', { name: item.name })}
                      />
                    </Popconfirm>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      ) : null}
      {data && data.waiting > 0 ? (
        <section className="panel row" aria-label={t('customers.assignment.run')}>
          <span className="grow">{t('customers.assignment.waiting', { n: formatNumber(data.waiting) })}</span>
          <Button
            disabled={items.every((item) => !item.enabled)}
            loading={run.isPending}
            onClick={() => run.mutate({}, { onSuccess: (answer) => setJobId(answer.jobId), onError: failed })}
          >
            {t('customers.assignment.run')}
          </Button>
        </section>
      ) : null}
      {job.data ? <JobProgress job={job.data} /> : null}
      {data && data.teams.length > 0 ? <Teams teams={data.teams} /> : null}
      {open ? (
        <AssignmentDialog
          rule={open === 'new' ? null : open}
          capabilities={data?.capabilities ?? []}
          names={data?.names ?? {}}
          onClose={() => setOpen(null)}
        />
      ) : null}
    </Page>
  );
}

function targetText({ way }: AssignmentRuleView, names: Record<string, string>): string {
  const ids =
    way.method === 'roundRobin' || way.method === 'leastLoaded'
      ? [way.teamId, ...way.userIds]
      : way.method === 'capability'
        ? [way.teamId]
        : way.method === 'region'
          ? [way.regionId]
          : way.method === 'person'
            ? [way.userId]
            : way.method === 'team'
              ? [way.teamId]
              : [way.poolId];
  const named = ids.flatMap((id) => (id ? [names[id] ?? '…'] : []));
  return listed([...(way.method === 'capability' ? [way.capability] : []), ...named]);
}

function Teams({ teams }: { teams: { id: string; version: number; name: string; autoAssign: boolean }[] }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const set = useSend(setTeamAssignment, stale);
  return (
    <section className="panel" aria-labelledby="assignment-teams">
      <h2 id="assignment-teams">{t('customers.assignment.teams')}</h2>
      <p className="muted small">{t('customers.assignment.teamsHelp')}</p>
      <ul className="cards">
        {teams.map((team) => (
          <li key={team.id} className="list-row">
            <span className="grow">{team.name}</span>
            <Switch
              size="small"
              checked={team.autoAssign}
              aria-label={team.name}
              onChange={(autoAssign) =>
                set.mutate(
                  { params: { id: team.id }, ifMatch: team.version, body: { autoAssign } },
                  { onError: (problem) => void message.error(problem.message) },
                )
              }
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

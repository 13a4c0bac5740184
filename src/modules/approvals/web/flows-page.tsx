import { PlusOutlined } from '@ant-design/icons';
import { App, Button, Select, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAddress, words } from '#ui/address.ts';
import { useEndpoint, useSend } from '#ui/api.ts';
import { formatTime, listed } from '#ui/format.ts';
import { label } from '#ui/i18n.ts';
import { itemsOf, LoadMore, usePages } from '#ui/load-more.tsx';
import { EmptyState, Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { listFlows, listSubjects, retireFlow } from '../flow-contract.ts';
import type { FlowStep, FlowView } from '../flow-shapes.ts';
import { FlowEditor } from './flow-editor.tsx';
import { useKindName, useSnapshotText } from './parts.tsx';
import type { Subjects } from './step-editor.tsx';

/** Designs who must say yes to each kind of request. */
export default function FlowsPage() {
  const { t } = useTranslation();
  const kindName = useKindName();
  const subjects = useEndpoint(listSubjects);
  const [{ kind }, put] = useAddress({ kind: words });
  const items = subjects.data?.items ?? [];
  const subject = items.find((item) => item.kind === kind) ?? items[0];
  return (
    <Page title={t('approvals.flows.title')}>
      <p className="muted">{t('approvals.flows.text')}</p>
      <ProblemAlert problem={subjects.error} onRetry={() => void subjects.refetch()} />
      {subjects.isPending ? <Loading /> : null}
      {subject && subjects.data ? (
        <>
          <div className="bar">
            <Select
              aria-label={t('approvals.flows.kind')}
              className="target-select"
              value={subject.kind}
              options={items.map((item) => ({
                value: item.kind,
                label: `${kindName(item.kind)}${item.published ? ` · V${item.published.number}` : ''}`,
              }))}
              onChange={(next) => put({ kind: next })}
            />
          </div>
          <Flows key={subject.kind} subject={subject} choices={subjects.data} />
        </>
      ) : null}
    </Page>
  );
}

const stale = ['/approval-flows', '/approval-subjects'];

function Flows({ subject, choices }: { subject: Subjects['items'][number]; choices: Subjects }) {
  const { t } = useTranslation();
  const pages = usePages(listFlows, { query: { kind: subject.kind, limit: 10 } });
  const [beginning, setBeginning] = useState(false);
  const [taken, setTaken] = useState(0);
  const flows = itemsOf(pages);
  const draft = flows.find((flow) => flow.state === 'draft');
  const published = flows.find((flow) => flow.state === 'published');
  if (pages.isPending) return <Loading />;
  return (
    <>
      <ProblemAlert problem={pages.error} onRetry={() => void pages.refetch()} />
      {published ? null : (
        <EmptyState
          text={t('approvals.flows.none', {
            permission: label(
              choices.permissions.find((item) => item.key === subject.permission)?.label ?? {
                zh: subject.permission,
                en: subject.permission,
              },
            ),
          })}
        />
      )}
      {draft || beginning ? (
        <FlowEditor
          key={taken}
          subject={subject}
          choices={choices}
          draft={draft}
          base={published}
          onEnd={() => setBeginning(false)}
          onNewest={() => setTaken(draft?.version ?? 0)}
        />
      ) : (
        <p>
          <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setBeginning(true)}>
            {t(published ? 'approvals.flows.newVersion' : 'approvals.flows.first')}
          </Button>
        </p>
      )}
      {flows
        .filter((flow) => flow.state !== 'draft')
        .map((flow) => (
          <Version key={flow.id} flow={flow} subject={subject} choices={choices} />
        ))}
      <LoadMore query={pages} />
    </>
  );
}

function Version({
  flow,
  subject,
  choices,
}: {
  flow: FlowView;
  subject: Subjects['items'][number];
  choices: Subjects;
}) {
  const { t } = useTranslation();
  const { modal, message } = App.useApp();
  const retire = useSend(retireFlow, stale);
  const who = useApproverText(choices, flow.names);
  const { name, text } = useSnapshotText(subject.fields);
  const conditions = (step: FlowStep) =>
    step.conditions
      .map(({ field, op, value }) => `${name(field)} ${t(`ui.operator.${op}`)} ${text(field, value)}`)
      .join(` ${t('ui.and')} `);
  return (
    <section className={flow.state === 'published' ? 'panel' : 'panel faded'} aria-label={`V${flow.number}`}>
      <div className="row">
        <h2 className="grow">
          V{flow.number}{' '}
          <Tag color={flow.state === 'published' ? 'success' : 'default'}>
            {t(`approvals.flows.states.${flow.state}`)}
          </Tag>
        </h2>
        {flow.state === 'published' ? (
          <Button
            danger
            size="small"
            onClick={() =>
              void modal.confirm({
                title: t('approvals.flows.retire'),
                content: t('approvals.flows.retireText'),
                okText: t('approvals.flows.retire'),
                cancelText: t('ui.cancel'),
                onOk: () =>
                  retire.mutate(
                    { params: { id: flow.id }, ifMatch: flow.version },
                    { onError: (problem) => void message.error(problem.message) },
                  ),
              })
            }
          >
            {t('approvals.flows.retire')}
          </Button>
        ) : null}
      </div>
      <p className="muted small">
        {flow.publishedByName} · {formatTime(flow.publishedAt)} {flow.note}
      </p>
      <ol className="timeline">
        {flow.steps.map((step) => (
          <li key={step.key}>
            <strong>{step.name}</strong> {who(step)}
            {step.conditions.length > 0 ? (
              <div className="muted">
                {t('approvals.flows.onlyIf')} {conditions(step)}
              </div>
            ) : null}
            {step.deadlineHours ? (
              <div className="muted small">{t('approvals.flows.within', { n: step.deadlineHours })}</div>
            ) : null}
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Who decides in a step, in words. */
function useApproverText(choices: Subjects, names: Record<string, string>): (step: FlowStep) => string {
  const { t } = useTranslation();
  return ({ approver, mode, minimum }) => {
    const need = mode === 'all' ? t('approvals.needAll') : t('approvals.needAny', { n: minimum });
    const who =
      approver.by === 'manager'
        ? t(`approvals.flows.level.${approver.level}`)
        : approver.by === 'person'
          ? listed(approver.userIds.map((id) => names[id] ?? '…'))
          : label(
              (approver.by === 'role'
                ? choices.roles.find((role) => role.id === approver.roleId)
                : choices.permissions.find((item) => item.key === approver.permission)
              )?.label ?? { zh: '…', en: '…' },
            );
    return `${who} · ${need}`;
  };
}

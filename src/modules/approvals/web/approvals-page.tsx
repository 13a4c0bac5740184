import { Button, Input, Segmented, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSend } from '#ui/api.ts';
import { formatTime } from '#ui/format.ts';
import { LoadMore, usePages } from '#ui/load-more.tsx';
import { EmptyState, Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { type ApprovalView, decideApproval, listApprovals } from '../contract.ts';

type State = ApprovalView['state'];
const states: State[] = ['open', 'approved', 'refused', 'withdrawn'];

export default function ApprovalsPage() {
  const { t } = useTranslation();
  const [state, setState] = useState<State>('open');
  const pages = usePages(listApprovals, { query: { state } });
  const items = pages.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Page title={t('approvals.title')}>
      <div className="bar">
        <Segmented
          value={state}
          options={states.map((key) => ({ value: key, label: t(`approvals.states.${key}`) }))}
          onChange={(value) => setState(value as State)}
        />
      </div>
      <ProblemAlert problem={pages.error} onRetry={() => void pages.refetch()} />
      {pages.isPending ? <Loading /> : null}
      {!pages.isPending && items.length === 0 ? <EmptyState text={t('approvals.none')} /> : null}
      {items.map((item) => (
        <Request key={item.id} item={item} />
      ))}
      <LoadMore query={pages} />
    </Page>
  );
}

function Request({ item }: { item: ApprovalView }) {
  const { t } = useTranslation();
  const decide = useSend(decideApproval, ['/approvals', '/exports']);
  const [comment, setComment] = useState('');
  const send = (decision: 'approve' | 'refuse' | 'withdraw') =>
    decide.mutate({ params: { id: item.id }, ifMatch: item.version, body: { decision, comment } });
  return (
    <section className="panel" aria-label={item.title}>
      <div className="row">
        <strong>{t(`approvals.kinds.${item.subjectKind}`, { defaultValue: item.subjectKind })}</strong>
        <span className="grow">{item.title}</span>
        <Tag>{t(`approvals.states.${item.state}`)}</Tag>
      </div>
      <p className="muted">
        {item.requestedByName} · {formatTime(item.requestedAt)}
      </p>
      <dl className="facts">
        {Object.entries(item.snapshot).map(([key, value]) => (
          <div key={key}>
            <dt>{t(`approvals.snapshot.${key}`, { defaultValue: key })}</dt>
            <dd>{typeof value === 'object' ? JSON.stringify(value) : String(value)}</dd>
          </div>
        ))}
      </dl>
      {item.decisions.map((decision) => (
        <p key={decision.at}>
          {decision.by} · {t(`approvals.decisions.${decision.decision}`, { defaultValue: decision.decision })} ·{' '}
          {formatTime(decision.at)} {decision.comment}
        </p>
      ))}
      <ProblemAlert problem={decide.error} />
      {item.can.decide || item.can.withdraw ? (
        <div className="row">
          <Input
            className="grow"
            aria-label={t('approvals.comment')}
            placeholder={t('approvals.comment')}
            value={comment}
            onChange={(event) => setComment(event.target.value)}
          />
          {item.can.decide ? (
            <>
              <Button type="primary" loading={decide.isPending} onClick={() => send('approve')}>
                {t('approvals.approve')}
              </Button>
              <Button danger loading={decide.isPending} onClick={() => send('refuse')}>
                {t('approvals.refuse')}
              </Button>
            </>
          ) : null}
          {item.can.withdraw ? (
            <Button loading={decide.isPending} onClick={() => send('withdraw')}>
              {t('approvals.withdraw')}
            </Button>
          ) : null}
        </div>
      ) : null}
    </section>
  );
}

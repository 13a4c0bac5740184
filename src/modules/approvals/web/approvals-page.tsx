import { Link } from '@tanstack/react-router';
import { Alert, App, Badge, Button, Checkbox, Input, Segmented, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { oneOf, useAddress } from '#ui/address.ts';
import { useEndpoint, useSend } from '#ui/api.ts';
import { formatTime, listed } from '#ui/format.ts';
import { itemsOf, LoadMore, usePages } from '#ui/load-more.tsx';
import { EmptyState, Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { useCan } from '#ui/session.tsx';
import { type ApprovalView, countApprovals, decideMany, listApprovals } from '../contract.ts';
import { AbsencesDialog } from './absences-dialog.tsx';
import { StateTag, useKindName, useStepName } from './parts.tsx';

const boxes = ['decide', 'requested', 'done', 'team'] as const;
type Box = (typeof boxes)[number];

/** The inbox of everything that waits for a yes. */
export default function ApprovalsPage() {
  const { t } = useTranslation();
  const can = useCan();
  const [{ box }, put] = useAddress({ box: oneOf(boxes, 'decide') });
  const [absences, setAbsences] = useState(false);
  const count = useEndpoint(countApprovals);
  const pages = usePages(listApprovals, { query: { box, limit: 30 } });
  const items = itemsOf(pages);
  const shown = boxes.filter((key) => key !== 'team' || can('approval:oversee'));
  const waiting = { decide: count.data?.decide ?? 0, requested: count.data?.returned ?? 0, done: 0, team: 0 };
  return (
    <Page
      title={t('approvals.title')}
      actions={<Button onClick={() => setAbsences(true)}>{t('approvals.absence.title')}</Button>}
    >
      <div className="bar">
        <Segmented
          aria-label={t('approvals.boxLabel')}
          value={box}
          options={shown.map((key) => ({
            value: key,
            label: (
              <span>
                {t(`approvals.box.${key}`)}{' '}
                {waiting[key] > 0 ? <Badge count={waiting[key]} size="small" color="#b4232a" /> : null}
              </span>
            ),
          }))}
          onChange={(next) => put({ box: next })}
        />
      </div>
      <ProblemAlert problem={pages.error} onRetry={() => void pages.refetch()} />
      {pages.isPending ? <Loading /> : null}
      {!pages.isPending && items.length === 0 ? <EmptyState text={t(`approvals.empty.${box}`)} /> : null}
      {items.length > 0 ? <Requests key={box} items={items} box={box} /> : null}
      <LoadMore query={pages} />
      {absences ? <AbsencesDialog onClose={() => setAbsences(false)} /> : null}
    </Page>
  );
}

function Requests({ items, box }: { items: ApprovalView[]; box: Box }) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<Set<string>>(new Set());
  const decidable = items.filter((item) => item.can.decide);
  const selected = decidable.filter((item) => chosen.has(item.id));
  const bulk = box === 'decide' && decidable.length > 0;
  const choose = (id: string, on: boolean) =>
    setChosen((before) => new Set(on ? [...before, id] : [...before].filter((item) => item !== id)));
  return (
    <>
      {bulk ? (
        <Bulk
          selected={selected}
          all={decidable.length}
          onAll={(on) => setChosen(new Set(on ? decidable.map((item) => item.id) : []))}
        />
      ) : null}
      <ul className="cards panel" aria-label={t(`approvals.box.${box}`)}>
        {items.map((item) => (
          <li key={item.id} className="list-row">
            {bulk ? (
              <Checkbox
                aria-label={t('ui.selectRow', { name: item.title })}
                disabled={!item.can.decide}
                checked={chosen.has(item.id)}
                onChange={(event) => choose(item.id, event.target.checked)}
              />
            ) : null}
            <RequestRow item={item} />
          </li>
        ))}
      </ul>
    </>
  );
}

function RequestRow({ item }: { item: ApprovalView }) {
  const { t } = useTranslation();
  const kindName = useKindName();
  const stepName = useStepName();
  const late = item.dueAt !== null && new Date(item.dueAt) < new Date();
  return (
    <div className="grow">
      <div className="row">
        <Tag>{kindName(item.subjectKind)}</Tag>
        <Link to="/approvals/$id" params={{ id: item.id }} className="grow">
          <strong>{item.title}</strong>
        </Link>
        <StateTag state={item.state} />
      </div>
      <div className="muted small">
        {item.requestedByName} · {formatTime(item.requestedAt)}
        {item.customer ? ` · ${item.customer.name}` : ''}
        {item.openSteps.length > 0 ? ` · ${t('approvals.at', { step: listed(item.openSteps.map(stepName)) })}` : ''}
        {item.dueAt ? (
          <span className={late ? 'form-error' : undefined}>
            {' '}
            · {t(late ? 'approvals.overdueSince' : 'approvals.dueAt', { time: formatTime(item.dueAt) })}
          </span>
        ) : null}
      </div>
    </div>
  );
}

function Bulk({ selected, all, onAll }: { selected: ApprovalView[]; all: number; onAll(on: boolean): void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [comment, setComment] = useState('');
  const [failed, setFailed] = useState<{ id: string; title: string; code: string }[]>([]);
  const send = useSend(decideMany, ['/approvals', '/notifications']);
  const decide = (decision: 'approve' | 'refuse') =>
    // The promise, not a callback of the button: after the last request is decided the button is gone before the answer is told.
    send
      .mutateAsync({ body: { decision, comment, items: selected.map(({ id, version }) => ({ id, version })) } })
      .then(({ items }) => {
        const titles = new Map(selected.map((item) => [item.id, item.title]));
        setFailed(
          items.flatMap((item) =>
            item.ok ? [] : [{ id: item.id, title: titles.get(item.id) ?? '', code: item.code ?? '' }],
          ),
        );
        onAll(false);
        setComment('');
        void message.info(t('approvals.bulkDone', { n: items.filter((item) => item.ok).length, all: items.length }));
      })
      // Shown beside the buttons from the mutation's state.
      .catch(() => {});
  return (
    <>
      <div className="row selection bar">
        <Checkbox
          checked={selected.length > 0 && selected.length === all}
          indeterminate={selected.length > 0 && selected.length < all}
          onChange={(event) => onAll(event.target.checked)}
        >
          {t('approvals.chosen', { n: selected.length })}
        </Checkbox>
        <Input
          className="grow"
          aria-label={t('approvals.comment')}
          placeholder={t('approvals.comment')}
          maxLength={2000}
          value={comment}
          onChange={(event) => setComment(event.target.value)}
        />
        <Button
          type="primary"
          disabled={selected.length === 0}
          loading={send.isPending}
          onClick={() => decide('approve')}
        >
          {t('approvals.approveChosen')}
        </Button>
        <Button danger disabled={selected.length === 0} loading={send.isPending} onClick={() => decide('refuse')}>
          {t('approvals.refuseChosen')}
        </Button>
      </div>
      <ProblemAlert problem={send.error} />
      {failed.length > 0 ? (
        <Alert
          role="alert"
          type="warning"
          showIcon
          className="problem"
          title={t('approvals.bulkFailed', { n: failed.length })}
          description={
            <ul>
              {failed.map((item) => (
                <li key={item.id}>
                  {item.title}: {t(`errors.${item.code}`)}
                </li>
              ))}
            </ul>
          }
        />
      ) : null}
    </>
  );
}

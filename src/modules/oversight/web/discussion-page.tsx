import { Link, useParams } from '@tanstack/react-router';
import { Button, Input, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDictionary } from '#modules/fields/web/index.tsx';
import { useEndpoint, useSend } from '#ui/api.ts';
import { formatTime, listed } from '#ui/format.ts';
import { itemsOf, LoadMore, usePages } from '#ui/load-more.tsx';
import { EmptyState, Loading, ProblemAlert, usePageTitle } from '#ui/page.tsx';
import {
  addDiscussionRemark,
  type DayRecord,
  type DiscussionDay,
  getDiscussion,
  listDayRecords,
  markDiscussed,
} from '../discussion-contract.ts';

const stale = ['/discussions'];

/** One rep's day: what was recorded, what was said about it. */
export default function DiscussionPage() {
  const { t } = useTranslation();
  const { repId = '', day = '' } = useParams({ strict: false }) as { repId?: string; day?: string };
  const { data, error, refetch } = useEndpoint(getDiscussion, { params: { repId, day } });
  usePageTitle(data ? `${data.repName} · ${day}` : t('oversight.discussions'));
  return (
    <div className="page">
      <p className="crumb">
        <Link to="/discussions">‹ {t('oversight.discussions')}</Link>
      </p>
      <ProblemAlert problem={error} onRetry={() => void refetch()} />
      {data ? <Day data={data} /> : error ? null : <Loading />}
    </div>
  );
}

function Day({ data }: { data: DiscussionDay }) {
  const { t } = useTranslation();
  const mark = useSend(markDiscussed, stale);
  const params = { repId: data.repId, day: data.day };
  const pages = usePages(listDayRecords, { params, query: { limit: 50 } });
  const records = itemsOf(pages);
  const discussed = data.discussedAt !== null;
  return (
    <>
      <div className="page-head">
        <h1>
          {data.repName} · {data.day}
        </h1>
        <div className="page-actions">
          {discussed ? (
            <Tag color="success">
              {t('oversight.discussedBy', { name: data.discussedByName, time: formatTime(data.discussedAt) })}
            </Tag>
          ) : null}
          {data.can.lead ? (
            <Button
              type={discussed ? 'default' : 'primary'}
              loading={mark.isPending}
              onClick={() => mark.mutate({ params, body: { discussed: !discussed } })}
            >
              {t(discussed ? 'oversight.undoDiscussed' : 'oversight.markDiscussed')}
            </Button>
          ) : null}
        </div>
      </div>
      <ProblemAlert problem={mark.error ?? pages.error} />
      <section className="panel" aria-labelledby="day-talk">
        <h2 id="day-talk">{t('oversight.talk')}</h2>
        <Remarks items={data.remarks.filter((remark) => remark.eventId === null)} />
        {data.can.remark ? <Write params={params} eventId={null} /> : null}
      </section>
      <section className="panel" aria-labelledby="day-records">
        <h2 id="day-records">{t('oversight.records')}</h2>
        {pages.isPending ? <Loading /> : null}
        {!pages.isPending && records.length === 0 ? <EmptyState text={t('oversight.noRecordsDay')} /> : null}
        <ol className="timeline">
          {records.map((record) => (
            <Record key={record.id} record={record} data={data} />
          ))}
        </ol>
        <LoadMore query={pages} />
      </section>
    </>
  );
}

function Record({ record, data }: { record: DayRecord; data: DiscussionDay }) {
  const { t } = useTranslation();
  const dictionary = useDictionary(record.subjectKind === 'contact' ? 'contact' : 'customer');
  const [writing, setWriting] = useState(false);
  const changed = record.changed.map((key) => dictionary?.nameOf(key) ?? key);
  return (
    <li>
      <div className="row">
        <span className="muted small">{formatTime(record.at).slice(11)}</span>
        <strong>{t(`events.${record.kind.replaceAll('.', '_')}`, { defaultValue: t('events.other') })}</strong>
        {record.customer ? (
          <Link to="/customers/$id" params={{ id: record.customer.id }}>
            {record.customer.name}
          </Link>
        ) : null}
        {data.can.remark && !writing ? (
          <Button
            size="small"
            type="text"
            aria-label={t('oversight.commentOn', { name: record.customer?.name ?? '' })}
            onClick={() => setWriting(true)}
          >
            {t('oversight.comment')}
          </Button>
        ) : null}
      </div>
      {record.text ? <div className="note-text">{record.text}</div> : null}
      {changed.length > 0 ? <div className="muted small">{listed(changed)}</div> : null}
      <Remarks items={data.remarks.filter((remark) => remark.eventId === record.id)} />
      {writing ? (
        <Write params={{ repId: data.repId, day: data.day }} eventId={record.id} onDone={() => setWriting(false)} />
      ) : null}
    </li>
  );
}

function Remarks({ items }: { items: DiscussionDay['remarks'] }) {
  return (
    <ul className="cards">
      {items.map((remark) => (
        <li key={remark.id} className="list-row">
          <span className="grow note-text">
            <strong>{remark.authorName}</strong> {remark.body}
          </span>
          <span className="muted small">{formatTime(remark.createdAt)}</span>
        </li>
      ))}
    </ul>
  );
}

function Write({
  params,
  eventId,
  onDone,
}: {
  params: { repId: string; day: string };
  eventId: string | null;
  onDone?(): void;
}) {
  const { t } = useTranslation();
  const add = useSend(addDiscussionRemark, stale);
  const [body, setBody] = useState('');
  const send = () =>
    add.mutate(
      { params, body: { eventId, body } },
      {
        onSuccess: () => {
          setBody('');
          onDone?.();
        },
      },
    );
  return (
    <>
      <ProblemAlert problem={add.error} />
      <div className="row">
        <Input.TextArea
          className="grow"
          aria-label={t('oversight.writeComment')}
          placeholder={t('oversight.writeComment')}
          autoSize={{ minRows: 1 }}
          maxLength={2000}
          value={body}
          onChange={(event) => setBody(event.target.value)}
        />
        <Button type="primary" disabled={body.trim() === ''} loading={add.isPending} onClick={send}>
          {t('oversight.send')}
        </Button>
      </div>
    </>
  );
}

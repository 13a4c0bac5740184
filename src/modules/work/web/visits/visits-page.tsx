import '../work.css';
import { PlusOutlined } from '@ant-design/icons';
import { useNavigate } from '@tanstack/react-router';
import { Button, Checkbox, Segmented, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { dayOr, flag, oneOf, recordId, useAddress } from '#ui/address.ts';
import { ExportSheet } from '#ui/export-sheet.tsx';
import { RecordSelect } from '#ui/fields/record-select.tsx';
import { itemsOf, LoadMore, usePages } from '#ui/load-more.tsx';
import { EmptyState, Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { Period } from '#ui/period.tsx';
import { useCan, useSession } from '#ui/session.tsx';
import { listVisits, type VisitState, visitStates } from '../../visit-contract.ts';
import { Attendance } from './attendance.tsx';
import { VisitForm } from './visit-form.tsx';
import { VisitList } from './visit-list.tsx';

const views = ['open', 'mine', 'attendance'] as const;

/** Visits: what I have before me, what I did, and for supervisors who was where. */
export default function VisitsPage() {
  const { t } = useTranslation();
  const can = useCan();
  const session = useSession();
  const navigate = useNavigate();
  const [planning, setPlanning] = useState(false);
  const [{ view, ...filter }, put] = useAddress({
    view: oneOf(views, 'open'),
    visitor: recordId,
    from: dayOr(''),
    to: dayOr(''),
    state: oneOf(visitStates),
    unplaced: flag(false),
  });
  const wide = can('visit:approve') && session.grants['customer:read'] !== 'own';
  const asked = {
    ...(filter.visitor ? { visitor: filter.visitor } : {}),
    ...(filter.from ? { from: filter.from } : {}),
    ...(filter.to ? { to: filter.to } : {}),
    ...(filter.state ? { state: filter.state } : {}),
  };
  const query = {
    open: { visitor: 'me', state: 'open', order: 'soonest' },
    mine: { visitor: 'me' },
    attendance: { ...asked, ...(filter.unplaced ? { unplaced: 'true' } : {}) },
  } as const;
  const pages = usePages(listVisits, { query: { limit: 50, ...query[view] } });
  const items = itemsOf(pages);
  return (
    <Page
      title={t('work.visit.title')}
      actions={
        <>
          {view === 'attendance' ? (
            <ExportSheet source="visit" query={{ ...asked, ...(filter.unplaced ? { unplaced: true } : {}) }} />
          ) : null}
          {can('activity:record') ? (
            <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setPlanning(true)}>
              {t('work.visit.plan')}
            </Button>
          ) : null}
        </>
      }
    >
      <div className="bar">
        <Segmented
          aria-label={t('ui.shown')}
          value={view}
          options={views
            .filter((key) => wide || key !== 'attendance')
            .map((key) => ({ value: key, label: t(`work.visit.views.${key}`) }))}
          onChange={(next) => put({ view: next })}
        />
        {view === 'attendance' ? (
          <>
            <div className="visit-filter">
              <RecordSelect
                kind="user"
                aria-label={t('work.visit.visitor')}
                placeholder={t('work.visit.visitor')}
                value={filter.visitor}
                onChange={(visitor) => put({ visitor })}
              />
            </div>
            <Period from={filter.from} to={filter.to} onChange={put} />
            <Select
              className="visit-filter"
              aria-label={t('work.visit.state')}
              placeholder={t('work.visit.state')}
              allowClear
              value={filter.state}
              options={visitStates.map((state) => ({ value: state, label: t(`work.visit.states.${state}`) }))}
              onChange={(state?: VisitState) => put({ state })}
            />
            <Checkbox checked={filter.unplaced} onChange={(event) => put({ unplaced: event.target.checked })}>
              {t('work.visit.unplaced')}
            </Checkbox>
          </>
        ) : null}
      </div>
      <ProblemAlert problem={pages.error} onRetry={() => void pages.refetch()} />
      {pages.isPending ? <Loading /> : null}
      {!pages.isPending && !pages.error && items.length === 0 ? (
        <EmptyState text={t(`work.visit.empty.${view}`)} />
      ) : null}
      {items.length > 0 ? view === 'attendance' ? <Attendance visits={items} /> : <VisitList visits={items} /> : null}
      <LoadMore query={pages} />
      {planning ? (
        <VisitForm
          onClose={(saved) => {
            setPlanning(false);
            if (saved) void navigate({ to: '/visits/$id', params: { id: saved.id } });
          }}
        />
      ) : null}
    </Page>
  );
}

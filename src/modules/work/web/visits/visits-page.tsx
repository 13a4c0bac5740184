import '../work.css';
import { PlusOutlined } from '@ant-design/icons';
import { useNavigate } from '@tanstack/react-router';
import { Button, Checkbox, Segmented, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ExportSheet } from '#ui/export-sheet.tsx';
import { RecordSelect } from '#ui/fields/record-select.tsx';
import { LoadMore, usePages } from '#ui/load-more.tsx';
import { EmptyState, Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { Period } from '#ui/period.tsx';
import { useCan, useSession } from '#ui/session.tsx';
import { listVisits, type VisitState, visitStates } from '../../visit-contract.ts';
import { Attendance } from './attendance.tsx';
import { VisitForm } from './visit-form.tsx';
import { VisitList } from './visit-list.tsx';

type View = 'open' | 'mine' | 'attendance';

/** Visits: what I have before me, what I did, and for supervisors who was where. */
export default function VisitsPage() {
  const { t } = useTranslation();
  const can = useCan();
  const session = useSession();
  const navigate = useNavigate();
  const [view, setView] = useState<View>('open');
  const [planning, setPlanning] = useState(false);
  const [filter, setFilter] = useState({
    visitor: null as string | null,
    from: '',
    to: '',
    state: null as VisitState | null,
    unplaced: false,
  });
  const wide = can('visit:approve') && session.grants['customer:read'] !== 'own';
  const views: View[] = wide ? ['open', 'mine', 'attendance'] : ['open', 'mine'];
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
  const items = pages.data?.pages.flatMap((page) => page.items) ?? [];
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
          value={view}
          options={views.map((key) => ({ value: key, label: t(`work.visit.views.${key}`) }))}
          onChange={setView}
        />
        {view === 'attendance' ? (
          <>
            <div className="visit-filter">
              <RecordSelect
                kind="user"
                aria-label={t('work.visit.visitor')}
                placeholder={t('work.visit.visitor')}
                value={filter.visitor}
                onChange={(visitor) => setFilter({ ...filter, visitor })}
              />
            </div>
            <Period from={filter.from} to={filter.to} onChange={(days) => setFilter({ ...filter, ...days })} />
            <Select
              className="visit-filter"
              aria-label={t('work.visit.state')}
              placeholder={t('work.visit.state')}
              allowClear
              value={filter.state}
              options={visitStates.map((state) => ({ value: state, label: t(`work.visit.states.${state}`) }))}
              onChange={(state?: VisitState | null) => setFilter({ ...filter, state: state ?? null })}
            />
            <Checkbox
              checked={filter.unplaced}
              onChange={(event) => setFilter({ ...filter, unplaced: event.target.checked })}
            >
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

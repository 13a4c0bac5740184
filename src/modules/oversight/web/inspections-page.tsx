import { Link } from '@tanstack/react-router';
import { Progress, Segmented } from 'antd';
import { useTranslation } from 'react-i18next';
import { oneOf, useAddress } from '#ui/address.ts';
import { itemsOf, LoadMore, usePages } from '#ui/load-more.tsx';
import { EmptyState, Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { PageTabs } from '#ui/page-tabs.tsx';
import { useCan } from '#ui/session.tsx';
import { listRemarks, listRounds, type RemarkView } from '../contract.ts';
import { PlansTab } from './plans-tab.tsx';
import { Remark } from './remark.tsx';
import { StatisticsTab } from './statistics-tab.tsx';

/** Card inspection: the rep's remarks to fix; the supervisor's samples, plans and statistics. */
export default function InspectionsPage() {
  const { t } = useTranslation();
  const can = useCan();
  const leads = can('inspection:manage');
  return (
    <Page title={t('oversight.inspections')}>
      <PageTabs
        items={[
          ...(leads ? [{ key: 'rounds', label: t('oversight.rounds'), children: <RoundsTab /> }] : []),
          { key: 'mine', label: t('oversight.mine'), children: <RemarksTab box="mine" /> },
          ...(leads
            ? [
                { key: 'made', label: t('oversight.made'), children: <RemarksTab box="made" /> },
                { key: 'plans', label: t('oversight.plans'), children: <PlansTab /> },
                { key: 'statistics', label: t('oversight.statistics'), children: <StatisticsTab /> },
              ]
            : []),
        ]}
      />
    </Page>
  );
}

function RoundsTab() {
  const { t } = useTranslation();
  const pages = usePages(listRounds, { query: { limit: 20 } });
  const items = itemsOf(pages);
  return (
    <>
      <ProblemAlert problem={pages.error} onRetry={() => void pages.refetch()} />
      {pages.isPending ? <Loading /> : null}
      {!pages.isPending && items.length === 0 ? <EmptyState text={t('oversight.noRounds')} /> : null}
      {items.length > 0 ? (
        <ul className="cards panel">
          {items.map((round) => (
            <li key={round.id} className="list-row">
              <span className="grow">
                <Link to="/inspections/$id" params={{ id: round.id }}>
                  <strong>{round.planName}</strong>
                </Link>{' '}
                <span className="muted small">
                  {t('oversight.weekOf', { day: round.week })} · {round.inspectorName}
                </span>
                <div className="muted small">
                  {round.drawn
                    ? t('oversight.progress', { done: round.total - round.open, total: round.total, n: round.remarked })
                    : t('oversight.drawing')}
                </div>
              </span>
              <Progress
                type="circle"
                size={34}
                aria-label={t('ui.progress')}
                percent={round.total === 0 ? 100 : Math.round(((round.total - round.open) / round.total) * 100)}
              />
            </li>
          ))}
        </ul>
      ) : null}
      <LoadMore query={pages} />
    </>
  );
}

const states: RemarkView['state'][] = ['open', 'fixed', 'closed'];

function RemarksTab({ box }: { box: 'mine' | 'made' }) {
  const { t } = useTranslation();
  const [{ [box]: state }, put] = useAddress({ [box]: oneOf(states, box === 'mine' ? 'open' : 'fixed') });
  const pages = usePages(listRemarks, { query: { box, state, limit: 30 } });
  const items = itemsOf(pages);
  return (
    <>
      <div className="bar">
        <Segmented
          aria-label={t('oversight.state')}
          value={state}
          options={states.map((key) => ({ value: key, label: t(`oversight.remarkStates.${key}`) }))}
          onChange={(next) => put({ [box]: next })}
        />
      </div>
      <ProblemAlert problem={pages.error} onRetry={() => void pages.refetch()} />
      {pages.isPending ? <Loading /> : null}
      {!pages.isPending && items.length === 0 ? <EmptyState text={t(`oversight.noRemarks.${box}`)} /> : null}
      {items.length > 0 ? (
        <ul className="cards panel">
          {items.map((remark) => (
            <li key={remark.id} className="list-row">
              <Remark remark={remark} showCustomer />
            </li>
          ))}
        </ul>
      ) : null}
      <LoadMore query={pages} />
    </>
  );
}

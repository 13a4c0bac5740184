import { LeftOutlined, RightOutlined } from '@ant-design/icons';
import { Link } from '@tanstack/react-router';
import { Button, Input, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { dayOr, useAddress } from '#ui/address.ts';
import { companyToday } from '#ui/format.ts';
import { itemsOf, LoadMore, usePages } from '#ui/load-more.tsx';
import { EmptyState, Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { useTyped } from '#ui/typed.ts';
import { listDiscussions } from '../discussion-contract.ts';

const shifted = (day: string, by: number): string => {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + by);
  return date.toISOString().slice(0, 10);
};

/** Yesterday's results of each rep, to be talked over. */
export default function DiscussionsPage() {
  const { t } = useTranslation();
  const [{ day: chosen }, put] = useAddress({ day: dayOr('') });
  const pages = usePages(listDiscussions, { query: chosen ? { day: chosen, limit: 50 } : { limit: 50 } });
  const items = itemsOf(pages);
  const day = chosen || (pages.data?.pages[0]?.day ?? '');
  const [typed, setTyped] = useTyped(day, (next) => put({ day: next }));
  return (
    <Page title={t('oversight.discussions')}>
      <div className="bar">
        <Button
          icon={<LeftOutlined aria-hidden />}
          aria-label={t('oversight.dayBefore')}
          disabled={day === ''}
          onClick={() => put({ day: shifted(day, -1) })}
        />
        <Input
          type="date"
          aria-label={t('oversight.day')}
          className="audit-day"
          max={companyToday()}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        <Button
          icon={<RightOutlined aria-hidden />}
          aria-label={t('oversight.dayAfter')}
          disabled={day === '' || day >= companyToday()}
          onClick={() => put({ day: shifted(day, 1) })}
        />
      </div>
      <ProblemAlert problem={pages.error} onRetry={() => void pages.refetch()} />
      {pages.isPending ? <Loading /> : null}
      {!pages.isPending && items.length === 0 ? <EmptyState text={t('oversight.noReps')} /> : null}
      {items.length > 0 ? (
        <ul className="cards panel">
          {items.map((row) => (
            <li key={row.repId} className="list-row">
              <Link to="/discussions/$repId/$day" params={{ repId: row.repId, day }} className="grow">
                <strong>{row.repName}</strong>
              </Link>
              <span className={row.records === 0 ? 'form-error' : 'muted'}>
                {row.records === 0
                  ? t('oversight.noRecords')
                  : t('oversight.recordCount', { n: row.records >= 500 ? '500+' : row.records, c: row.customers })}
              </span>
              {row.remarks > 0 ? <Tag>{t('oversight.commentCount', { n: row.remarks })}</Tag> : null}
              <Tag color={row.discussed ? 'success' : 'default'}>
                {t(row.discussed ? 'oversight.discussed' : 'oversight.notDiscussed')}
              </Tag>
            </li>
          ))}
        </ul>
      ) : null}
      <LoadMore query={pages} />
    </Page>
  );
}

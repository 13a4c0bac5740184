import { Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { dayOr, oneOf, recordId, useAddress } from '#ui/address.ts';
import { RecordSelect } from '#ui/fields/record-select.tsx';
import { formatTime } from '#ui/format.ts';
import { itemsOf, LoadMore, usePages } from '#ui/load-more.tsx';
import { EmptyState, Loading, ProblemAlert } from '#ui/page.tsx';
import { Period } from '#ui/period.tsx';
import { ScrollRegion } from '#ui/scroll-region.tsx';
import { listReturned, type ReturnedCard, type ReturnedHow, returnedHows } from '../../carry-contract.ts';

const columns = ['customer', 'carrier', 'takenAt', 'returnedAt', 'howBack', 'onDeviceNow'] as const;

/** Cards that came back: whose, when, by whom or by what, and whether the device has told that it deleted them. */
export function ReturnedList() {
  const { t } = useTranslation();
  const [filter, put] = useAddress({
    userId: recordId,
    how: oneOf(returnedHows),
    from: dayOr(''),
    to: dayOr(''),
  });
  const query = Object.fromEntries(Object.entries(filter).filter(([, value]) => value));
  const pages = usePages(listReturned, { query: { limit: 50, ...query } });
  const items = itemsOf(pages);
  return (
    <>
      <div className="bar">
        <div className="visit-filter">
          <RecordSelect
            kind="user"
            aria-label={t('work.carry.carrier')}
            placeholder={t('work.carry.carrier')}
            value={filter.userId}
            onChange={(userId) => put({ userId })}
          />
        </div>
        <Select
          className="visit-filter"
          aria-label={t('work.carry.howBack')}
          placeholder={t('work.carry.howBack')}
          allowClear
          value={filter.how}
          options={returnedHows.map((how) => ({ value: how, label: t(`work.carry.how.${how}`) }))}
          onChange={(how?: ReturnedHow) => put({ how })}
        />
        <Period from={filter.from} to={filter.to} onChange={put} />
      </div>
      <ProblemAlert problem={pages.error} onRetry={() => void pages.refetch()} />
      {pages.isPending ? <Loading /> : null}
      {pages.data && items.length === 0 ? <EmptyState text={t('work.carry.noneOf.returned')} /> : null}
      {items.length > 0 ? (
        <div className="panel">
          <ScrollRegion name={t('work.carry.states.returned')}>
            <table className="plain attendance">
              <thead>
                <tr>
                  {columns.map((key) => (
                    <th key={key} scope="col">
                      {t(`work.carry.${key}`)}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {items.map((card) => (
                  <Row key={card.id} card={card} />
                ))}
              </tbody>
            </table>
          </ScrollRegion>
        </div>
      ) : null}
      <LoadMore query={pages} />
    </>
  );
}

function Row({ card }: { card: ReturnedCard }) {
  const { t } = useTranslation();
  return (
    <tr>
      <th scope="row">{card.customerName ?? t('work.carry.hidden')}</th>
      <td>
        {card.userName} <span className="muted small">{card.device}</span>
      </td>
      <td>{formatTime(card.takenAt)}</td>
      <td>{formatTime(card.returnedAt)}</td>
      <td>
        {t(`work.carry.how.${card.how}`)}
        {card.how === 'supervisor' && card.by ? <span className="muted small"> {card.by}</span> : null}
      </td>
      <td>{card.wipedAt ? t('work.carry.wiped', { at: formatTime(card.wipedAt) }) : t('work.carry.unwiped')}</td>
    </tr>
  );
}

import { PlusOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEndpoint } from '#ui/api.ts';
import { itemsOf, LoadMore, usePages } from '#ui/load-more.tsx';
import { EmptyState, Loading, ProblemAlert } from '#ui/page.tsx';
import { useCan } from '#ui/session.tsx';
import { listMinutes } from '../../minutes-contract.ts';
import { listVisits } from '../../visit-contract.ts';
import { MinutesList } from '../minutes/minutes-list.tsx';
import { VisitForm } from './visit-form.tsx';
import { VisitList } from './visit-list.tsx';
import '../work.css';

/** Visits to a customer, planned and made. */
export default function VisitsTab({ customerId }: { customerId: string }) {
  const { t } = useTranslation();
  const can = useCan();
  const [planning, setPlanning] = useState(false);
  const pages = usePages(listVisits, { query: { customerId, limit: 30 } });
  const minutes = useEndpoint(listMinutes, { query: { customerId, limit: 30 } });
  const items = itemsOf(pages);
  return (
    <>
      {can('activity:record') ? (
        <div className="bar">
          <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setPlanning(true)}>
            {t('work.visit.plan')}
          </Button>
        </div>
      ) : null}
      <ProblemAlert problem={pages.error} onRetry={() => void pages.refetch()} />
      {pages.isPending ? <Loading /> : null}
      {pages.data && items.length === 0 ? <EmptyState text={t('work.visit.empty.mine')} /> : null}
      {items.length > 0 ? <VisitList visits={items} showCustomer={false} /> : null}
      <LoadMore query={pages} />
      {minutes.data && minutes.data.items.length > 0 ? (
        <>
          <h2>{t('work.minutes.title')}</h2>
          <MinutesList minutes={minutes.data.items} showCustomer={false} />
        </>
      ) : null}
      {planning ? <VisitForm customerId={customerId} onClose={() => setPlanning(false)} /> : null}
    </>
  );
}

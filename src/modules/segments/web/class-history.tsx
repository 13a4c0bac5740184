import { Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { formatTime } from '#ui/format.ts';
import { itemsOf, LoadMore, usePages } from '#ui/load-more.tsx';
import { EmptyState, Loading, ProblemAlert } from '#ui/page.tsx';
import { classHistory } from '../classes-contract.ts';
import { useClassNames } from './shared.tsx';

/** How a customer's classes changed, newest first. */
export default function ClassHistory({ customerId, onClose }: { customerId: string; onClose(): void }) {
  const { t } = useTranslation();
  const { dictionary, fieldName, valueName } = useClassNames();
  const pages = usePages(classHistory, { params: { id: customerId }, query: { limit: 30 } });
  const items = itemsOf(pages);
  const shown = items.filter((item) => dictionary?.byKey.has(item.dimension));
  return (
    <Modal open footer={null} title={t('segments.classHistory')} onCancel={onClose}>
      <ProblemAlert problem={pages.error} onRetry={() => void pages.refetch()} />
      {pages.isPending ? <Loading /> : null}
      {pages.data && shown.length === 0 ? <EmptyState text={t('segments.noClassChanges')} /> : null}
      <ul className="cards">
        {shown.map((item) => (
          <li className="list-row" key={`${item.dimension}${item.at}`}>
            <span className="grow">
              {fieldName(item.dimension)} {valueName(item.dimension, item.from)} → {valueName(item.dimension, item.to)}
            </span>
            <span className="muted small">
              {t(`segments.causes.${item.cause}`)} {formatTime(item.at)}
            </span>
          </li>
        ))}
      </ul>
      <LoadMore query={pages} />
    </Modal>
  );
}

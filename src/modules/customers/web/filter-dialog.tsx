import { Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { useDictionary } from '#modules/fields/web/index.tsx';
import type { Condition } from '#shared/conditions.ts';
import { useEndpoint } from '#ui/api.ts';
import { ConditionBuilder, useCondition } from '#ui/fields/condition-builder.tsx';
import { formatNumber } from '#ui/format.ts';
import { ProblemAlert } from '#ui/page.tsx';
import { countCustomers } from '../contract.ts';

/** Builds the list's condition and says at once how many match. */
export function FilterDialog({
  value,
  onApply,
  onClose,
}: {
  value: Condition | undefined;
  onApply(value: Condition | undefined): void;
  onClose(): void;
}) {
  const { t } = useTranslation();
  const dictionary = useDictionary('customer');
  const filter = useCondition(value);
  const count = useEndpoint(
    countCustomers,
    { query: { filter: filter.value ? JSON.stringify(filter.value) : undefined } },
    { retry: false },
  );
  return (
    <Modal
      open
      width={860}
      title={t('customers.filter')}
      okText={t('ui.apply')}
      cancelText={t('ui.cancel')}
      onOk={() => onApply(filter.value)}
      okButtonProps={{ disabled: count.isError || filter.unfinished }}
      onCancel={onClose}
    >
      <ConditionBuilder id="filter" fields={dictionary?.fields ?? []} condition={filter} />
      <ProblemAlert problem={count.error} />
      <p className="muted" aria-live="polite">
        {count.data
          ? t(count.data.exact ? 'customers.matches' : 'customers.matchesAbout', { n: formatNumber(count.data.value) })
          : ''}
      </p>
    </Modal>
  );
}

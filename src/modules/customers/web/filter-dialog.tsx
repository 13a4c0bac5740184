import { Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDictionary } from '#modules/fields/web/index.tsx';
import type { Condition } from '#shared/conditions.ts';
import { operatorsFor } from '#shared/operators.ts';
import { useEndpoint } from '#ui/api.ts';
import { ConditionBuilder } from '#ui/fields/condition-builder.tsx';
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
  const [filter, setFilter] = useState(value);
  const [unfinished, setUnfinished] = useState(false);
  const count = useEndpoint(
    countCustomers,
    { query: { filter: filter ? JSON.stringify(filter) : undefined } },
    { retry: false },
  );
  const fields = (dictionary?.fields ?? []).filter((field) => field.filterable && operatorsFor(field.type).length > 0);
  return (
    <Modal
      open
      width={860}
      title={t('customers.filter')}
      okText={t('ui.apply')}
      cancelText={t('ui.cancel')}
      onOk={() => onApply(filter)}
      okButtonProps={{ disabled: count.isError || unfinished }}
      onCancel={onClose}
    >
      <ConditionBuilder
        fields={fields}
        value={value}
        onChange={(next, open) => {
          setFilter(next);
          setUnfinished(open);
        }}
      />
      <ProblemAlert problem={count.error} />
      <p className="muted" aria-live="polite">
        {count.data
          ? t(count.data.exact ? 'customers.matches' : 'customers.matchesAbout', { n: formatNumber(count.data.value) })
          : ''}
      </p>
    </Modal>
  );
}

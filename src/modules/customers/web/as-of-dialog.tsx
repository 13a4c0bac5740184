import { Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDictionary } from '#modules/fields/web/index.tsx';
import { useEndpoint } from '#ui/api.ts';
import { FieldValue } from '#ui/fields/field-value.tsx';
import { FormField } from '#ui/fields/form-field.tsx';
import { companyToday } from '#ui/format.ts';
import { label } from '#ui/i18n.ts';
import { ProblemAlert } from '#ui/page.tsx';
import { type CustomerCard, customerAsOf } from '../contract.ts';

/** The card as it was at the end of a chosen day; what differs from today is marked. */
export function AsOfDialog({ card, onClose }: { card: CustomerCard; onClose(): void }) {
  const { t } = useTranslation();
  const dictionary = useDictionary('customer');
  const [date, setDate] = useState(companyToday);
  const { data, error } = useEndpoint(
    customerAsOf,
    { params: { id: card.id }, query: { date } },
    { enabled: /^\d{4}-\d{2}-\d{2}$/.test(date), retry: false },
  );
  const fields = (dictionary?.fields ?? []).filter(
    (field) => data && JSON.stringify(data.values[field.key] ?? null) !== 'null',
  );
  return (
    <Modal open width={720} title={t('customers.asOf.title')} footer={null} onCancel={onClose}>
      <FormField id="as-of" label={t('customers.asOf.day')}>
        <Input
          id="as-of"
          type="date"
          max={companyToday()}
          value={date}
          onChange={(event) => setDate(event.target.value)}
        />
      </FormField>
      <ProblemAlert problem={error} />
      {data && !data.existed ? <p>{t('customers.asOf.notYet')}</p> : null}
      <table className="plain">
        <tbody>
          {fields.map((field) => (
            <tr key={field.key}>
              <th scope="row">{label(field.label)}</th>
              <td>
                <FieldValue field={field} value={data?.values[field.key]} labels={data?.labels} />
              </td>
              <td className="muted">
                {JSON.stringify(data?.values[field.key] ?? null) === JSON.stringify(card.values[field.key] ?? null)
                  ? ''
                  : t('customers.asOf.changed')}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Modal>
  );
}

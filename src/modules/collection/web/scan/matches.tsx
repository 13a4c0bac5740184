import { Radio } from 'antd';
import { useTranslation } from 'react-i18next';
import { usePersonLine } from '#modules/contacts/web/index.tsx';
import { useCustomerLine } from '#modules/customers/web/index.tsx';
import type { ResponseOf } from '#shared/endpoint.ts';
import { LookAlikeLine, LookAlikes } from '#ui/look-alikes.tsx';
import type { matchBusinessCard } from '../../scan-contract.ts';

/** What a card is added to; nothing: a new customer. */
export interface Target {
  customerId?: string;
  contactId?: string;
}

/** Customers and people that may be those of the card, to choose from. */
export function Matches({
  found,
  target,
  onTarget,
}: {
  found: ResponseOf<typeof matchBusinessCard>;
  target: Target;
  onTarget(target: Target): void;
}) {
  const { t } = useTranslation();
  const [customerLine, personLine] = [useCustomerLine(), usePersonLine()];
  const { customers, people, hidden } = found;
  if (customers.length + people.length + hidden === 0) return null;
  const value = target.contactId ?? target.customerId ?? 'new';
  return (
    <LookAlikes title={t('collection.scan.matches')} items={[]}>
      <Radio.Group
        className="stacked"
        aria-label={t('collection.scan.matches')}
        value={value}
        onChange={(event) => {
          const id = event.target.value as string;
          const person = people.find((item) => item.id === id);
          onTarget(person ? { customerId: person.customerId, contactId: id } : id === 'new' ? {} : { customerId: id });
        }}
      >
        <Radio value="new">{t('collection.scan.asNew')}</Radio>
        {customers.map((item) => (
          <Radio key={item.id} value={item.id} disabled={!item.mayUpdate}>
            {t('collection.scan.addTo')} <LookAlikeLine item={customerLine(item)} />
          </Radio>
        ))}
        {people.map((item) => (
          <Radio key={item.id} value={item.id} disabled={!item.mayUpdate}>
            {t('collection.scan.same')} <LookAlikeLine item={personLine(item)} />
          </Radio>
        ))}
      </Radio.Group>
      {hidden > 0 ? <p>{t('customers.duplicates.hidden', { n: hidden })}</p> : null}
    </LookAlikes>
  );
}

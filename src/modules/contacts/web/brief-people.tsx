import { Link } from '@tanstack/react-router';
import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { useDictionary } from '#modules/fields/web/index.tsx';
import type { ResponseOf } from '#shared/endpoint.ts';
import { FieldValue } from '#ui/fields/field-value.tsx';
import { label } from '#ui/i18n.ts';
import { Loading } from '#ui/page.tsx';
import { briefFields, type listContacts } from '../contract.ts';

const { beside, preferences } = briefFields;

/** Who will be met, how to reach them, what they like and what not to say; only what the reader may see. */
export default function BriefPeople({ customerId, data }: { customerId: string; data: unknown }) {
  const { t } = useTranslation();
  const dictionary = useDictionary('contact');
  const known = (keys: string[]) =>
    keys.flatMap((key) => {
      const field = dictionary?.byKey.get(key);
      return field ? [field] : [];
    });
  const { items, labels, nextCursor } = data as ResponseOf<typeof listContacts>;
  if (!dictionary) return <Loading />;
  return (
    <ul>
      {items.map(({ id, values }) => (
        <li key={id}>
          <div className="row">
            <Link to="/contacts/$id" params={{ id }}>
              <strong>{String(values.name ?? '')}</strong>
            </Link>
            {values.isPrimary === true ? <Tag color="blue">{t('contacts.primary')}</Tag> : null}
            {known(beside)
              .filter((field) => values[field.key])
              .map((field) => (
                <FieldValue key={field.key} field={field} value={values[field.key]} labels={labels} short />
              ))}
          </div>
          <div className="brief-likes">
            {known(preferences)
              .filter((field) => values[field.key])
              .map((field) => (
                <div key={field.key} className="brief-text">
                  <span className="muted">{label(field.label)}</span>{' '}
                  <FieldValue field={field} value={values[field.key]} labels={labels} short />
                </div>
              ))}
          </div>
        </li>
      ))}
      {nextCursor ? (
        <li>
          <Link to="/customers/$id" params={{ id: customerId }}>
            {t('contacts.morePeople')}
          </Link>
        </li>
      ) : null}
    </ul>
  );
}

import { Link } from '@tanstack/react-router';
import { useDictionary } from '#modules/fields/web/index.tsx';
import { label } from '#ui/i18n.ts';

/** What an undo left as it was because somebody changed it since: the customers, and which of their fields. */
export function KeptChanges({ kept }: { kept: { customerId: string; name: string; fields: string[] }[] }) {
  const dictionary = useDictionary('customer');
  const nameOf = (key: string) => {
    const field = dictionary?.byKey.get(key);
    return field ? label(field.label) : key;
  };
  return (
    <ul>
      {kept.map(({ customerId, name, fields }) => (
        <li key={customerId || name}>
          {customerId ? (
            <Link to="/customers/$id" params={{ id: customerId }}>
              {name}
            </Link>
          ) : (
            name
          )}{' '}
          {fields.map(nameOf).join(', ')}
        </li>
      ))}
    </ul>
  );
}

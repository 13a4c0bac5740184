import { Link } from '@tanstack/react-router';
import { useDictionary } from '#modules/fields/web/index.tsx';
import { listed } from '#ui/format.ts';

/** What an undo left as it was because somebody changed it since: the customers, and which of their fields. */
export function KeptChanges({ kept }: { kept: { customerId: string; name: string; fields: string[] }[] }) {
  const dictionary = useDictionary('customer');
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
          {listed(fields.map((key) => dictionary?.nameOf(key) ?? key))}
        </li>
      ))}
    </ul>
  );
}

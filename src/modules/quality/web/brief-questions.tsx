import { useDictionary } from '#modules/fields/web/index.tsx';
import type { ResponseOf } from '#shared/endpoint.ts';
import { label } from '#ui/i18n.ts';
import { Loading } from '#ui/page.tsx';
import type { customerCompleteness } from '../completeness-contract.ts';

/** What the card lacks most and what has grown old: the questions to bring along. */
export default function BriefQuestions({ data }: { data: unknown }) {
  const dictionary = useDictionary('customer');
  const { missing, stale } = data as ResponseOf<typeof customerCompleteness>;
  if (!dictionary) return <Loading />;
  const keys = [...new Set([...missing, ...stale].map((item) => item.key))];
  const fields = keys.flatMap((key) => {
    const field = dictionary.byKey.get(key);
    return field ? [field] : [];
  });
  return (
    <ul className="brief-questions">
      {fields.map((field) => (
        <li key={field.key}>{label(field.label)}</li>
      ))}
    </ul>
  );
}

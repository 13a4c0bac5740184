import { useTranslation } from 'react-i18next';
import { useDictionary } from '#modules/fields/web/index.tsx';
import { useEndpoint } from '#ui/api.ts';
import { label } from '#ui/i18n.ts';
import { Loading, ProblemAlert } from '#ui/page.tsx';
import { customerCompleteness } from '../completeness-contract.ts';

/** What the card lacks most and what has grown old: the questions to bring along. */
export default function BriefQuestions({ customerId }: { customerId: string }) {
  const { t } = useTranslation();
  const dictionary = useDictionary('customer');
  const { data, error } = useEndpoint(customerCompleteness, { params: { id: customerId } });
  if (error) return <ProblemAlert problem={error} />;
  if (!data || !dictionary) return <Loading />;
  const keys = [...new Set([...data.missing, ...data.stale].map((item) => item.key))];
  const fields = keys.flatMap((key) => {
    const field = dictionary.byKey.get(key);
    return field ? [field] : [];
  });
  if (fields.length === 0) return <p className="muted">{t('quality.brief.nothingToAsk')}</p>;
  return (
    <ul>
      {fields.map((field) => (
        <li key={field.key}>{label(field.label)}</li>
      ))}
    </ul>
  );
}

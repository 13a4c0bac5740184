import { useTranslation } from 'react-i18next';
import { getCustomer } from '#modules/customers/contract.ts';
import { useEndpoint } from '#ui/api.ts';
import { Loading, ProblemAlert } from '#ui/page.tsx';
import { RelationExplorer } from './relation-explorer.tsx';
import { RelationList } from './relation-list.tsx';

/** Relations of a customer: as a list to record and change, and drawn around it. */
export default function RelationsTab({ customerId }: { customerId: string }) {
  const { t } = useTranslation();
  const { data, error } = useEndpoint(getCustomer, { params: { id: customerId } }, { staleTime: 30_000 });
  if (error && !data) return <ProblemAlert problem={error} />;
  if (!data) return <Loading />;
  const centre = { kind: 'customer' as const, id: customerId, name: String(data.values.name ?? '') };
  return (
    <>
      <section className="panel" aria-labelledby={`relation-list-${customerId}`}>
        <h2 id={`relation-list-${customerId}`}>{t('relations.list')}</h2>
        <RelationList of={centre} editable={data.can.update} />
      </section>
      <RelationExplorer centre={centre} />
    </>
  );
}

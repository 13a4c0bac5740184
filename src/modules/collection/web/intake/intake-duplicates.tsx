import { CustomerLookAlikes } from '#modules/customers/web/index.tsx';
import { useEndpoint } from '#ui/api.ts';
import { intakeDuplicates } from '../../intake-contract.ts';

/** Customers already there that may be the collected one. */
export function IntakeDuplicates({ id }: { id: string }) {
  const { data } = useEndpoint(intakeDuplicates, { params: { id } });
  return <CustomerLookAlikes found={data} />;
}

import { listContacts } from '#modules/contacts/contract.ts';
import type { TextPointValue } from '#shared/fields.ts';
import { useEndpoint } from '#ui/api.ts';

export interface CustomerPerson {
  id: string;
  name: string;
  position: string;
  /** The first valid address the reader may see. */
  email: string;
}

/** The people known at a customer, as far as the reader may see them; `ready` also when there are none to be had. */
export function useCustomerPeople(customerId: string): { people: CustomerPerson[]; ready: boolean } {
  const found = useEndpoint(listContacts, { query: { customerId, limit: 200 } });
  const people = (found.data?.items ?? []).map(({ id, values }) => {
    const emails = Array.isArray(values.emails) ? (values.emails as TextPointValue[]) : [];
    return {
      id,
      name: String(values.name ?? ''),
      position: String(values.position ?? ''),
      email: emails.find((email) => email.valid)?.value ?? '',
    };
  });
  return { people, ready: !found.isPending };
}

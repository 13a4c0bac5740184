import { onlyHere } from '#shared/public-address.ts';
import { useSession } from '#ui/session.tsx';

/** What links for people without an account begin with: as in mails and codes, or this page's origin when that address is open to nobody else. */
export function usePublicOrigin(): string {
  const { address } = useSession().org;
  return onlyHere(address) ? location.origin : address;
}

import type { ResponseOf } from '#shared/endpoint.ts';
import type { listUpcomingDates } from '../contract.ts';
import { BirthdayList } from './birthday-list.tsx';

/** Days to remember within the coming month. */
export default function BriefDates({ data }: { data: unknown }) {
  return <BirthdayList items={(data as ResponseOf<typeof listUpcomingDates>).items} />;
}

import { addDays, localDay } from '../src/shared/dates/zoned.ts';

/** Day of the test companies' zone, `offset` days from today: the machine's own day is another one for a third of the day. */
export const companyDay = (offset = 0): string => addDays(localDay(new Date(), 'Asia/Shanghai'), offset);

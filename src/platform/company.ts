import type { CheckContext } from '#shared/values/check.ts';
import type { Context } from './context.ts';
import { prepared, type Tx } from './db/database.ts';
import { dayIn } from './time.ts';

export interface Company {
  name: string;
  /** ISO 3166-1 alpha-2. */
  country: string;
  /** ISO 4217. */
  currency: string;
  /** IANA name; the company's days begin and end in it. */
  timeZone: string;
}

type Within = Pick<Context, 'tx' | 'orgId'>;
const read = new WeakMap<Tx, Promise<Company>>();

/** The company of the open transaction; read once in it, however many parts ask. */
export function companyOf(context: Within): Promise<Company> {
  const known = read.get(context.tx);
  if (known) return known;
  const company = readCompany(context);
  read.set(context.tx, company);
  return company;
}

async function readCompany(context: Within): Promise<Company> {
  const { time_zone, ...company } = await context.tx
    .selectFrom('org')
    .select(['name', 'country', 'currency', 'time_zone'])
    .where('org_id', '=', context.orgId)
    .modifyEnd(prepared)
    .executeTakeFirstOrThrow();
  return { ...company, timeZone: time_zone };
}

export const timeZoneOf = async (context: Within): Promise<string> => (await companyOf(context)).timeZone;

/**
 * What values typed, imported or sent are read with: the company's currency and zone, and the country of the record where it
 * names one, else the company's.
 */
export async function checkContextOf(
  context: Within & Pick<Context, 'now'>,
  country?: string | null,
): Promise<CheckContext> {
  const company = await companyOf(context);
  return {
    country: country ?? company.country,
    ownCountry: Boolean(country),
    currency: company.currency,
    timeZone: company.timeZone,
    today: dayIn(company.timeZone, context.now()),
  };
}

/** Today where the company is, `YYYY-MM-DD`. */
export const companyToday = async (context: Within & Pick<Context, 'now'>): Promise<string> =>
  dayIn(await timeZoneOf(context), context.now());

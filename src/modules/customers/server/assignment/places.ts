import { sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import { continentOf } from '#shared/reference/countries.ts';

/** Where a customer is, as far as the card tells. */
export interface Place {
  division: string | null;
  country: string | null;
  continent: string | null;
}

/** Administrative region, country and continent: what the card says of each, else what its addresses say. */
export const placeColumns = sql`
  coalesce(customer.region, jsonb_path_query_first(customer.addresses, '$[*].region') #>> '{}') as division,
  coalesce(customer.country, jsonb_path_query_first(customer.addresses, '$[*].country') #>> '{}') as country,
  customer.continent`;

/** The areas a place lies in, the nearest first: district, city, province, country, continent. */
export function areasOf({ division, country, continent }: Place): string[] {
  const near = division
    ? [division, `${division.slice(0, 4)}00`, `${division.slice(0, 2)}0000`].map((code) => `division:${code}`)
    : [];
  const nation = country ?? (division ? 'CN' : null);
  const wide = continent ?? (nation ? continentOf(nation) : undefined);
  return [...near, ...(nation ? [`country:${nation}`] : []), ...(wide ? [`continent:${wide}`] : [])];
}

interface Region {
  id: string;
  path: string[];
  areas: string[];
}

export const salesRegions = (context: Context): Promise<Region[]> =>
  context.tx
    .selectFrom('sales_region')
    .select(['id', 'path', 'areas'])
    .where('org_id', '=', context.orgId)
    .orderBy('id')
    .limit(5000)
    .execute();

/**
 * The sales region a place lies in: that of its nearest area, within `under` if one is named. A region of which nobody said where
 * it lies takes every customer a rule gives it.
 */
export function regionOf(regions: Region[], place: Place, under: string | null): string | undefined {
  const within = regions.filter((region) => under === null || region.path.includes(under));
  if (under !== null && within.every((region) => region.areas.length === 0)) return under;
  for (const area of areasOf(place)) {
    const found = within.find((region) => region.areas.includes(area));
    if (found) return found.id;
  }
  return undefined;
}

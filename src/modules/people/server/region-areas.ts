import { sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { requireVersion } from '#platform/http/version.ts';
import { invalid, notFound } from '#shared/errors.ts';
import { countryCodes } from '#shared/reference/countries.ts';
import type { RegionAreas } from '../contract.ts';

const select = (context: Context) =>
  context.tx.selectFrom('sales_region').select(['id', 'version', 'areas']).where('org_id', '=', context.orgId);

export const listRegionAreas = async (context: Context) => ({
  items: await select(context).orderBy('id').limit(5000).execute(),
});

/** Says where a region lies. An area is one region's: of two nobody could tell whose a customer is. */
export async function setRegionAreas(context: Context, id: string, wanted: string[]): Promise<RegionAreas> {
  const areas = [...new Set(wanted)].sort();
  const before = await select(context).where('id', '=', id).forUpdate().executeTakeFirst();
  if (!before) throw notFound('sales_region');
  requireVersion(context, before.version, () => before);
  const unknown = wanted.findIndex((area) => area.startsWith('country:') && !countryCodes.includes(area.slice(8)));
  if (unknown >= 0) throw invalid([{ field: `areas.${unknown}`, code: 'country.unknown' }]);
  const taken = await sql<{ name: string; area: string }>`
    select r.name, a.area from sales_region r cross join unnest(r.areas) as a(area)
    where r.org_id = ${context.orgId} and r.id <> ${id} and a.area = any(${areas}::text[]) limit 1`.execute(context.tx);
  const other = taken.rows[0];
  if (other)
    throw invalid([
      { field: `areas.${wanted.indexOf(other.area)}`, code: 'region.areaTaken', params: { name: other.name } },
    ]);
  await context.tx
    .updateTable('sales_region')
    .set({ areas, version: sql`version + 1` })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .execute();
  await recordEvent(context, {
    kind: 'sales_region.updated',
    subjectKind: 'sales_region',
    subjectId: id,
    changes: { areas: { from: before.areas, to: areas } },
  });
  return { id, version: before.version + 1, areas };
}

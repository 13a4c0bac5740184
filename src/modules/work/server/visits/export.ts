import { sql } from 'kysely';
import { userNames } from '#modules/people/index.ts';
import { timeZoneOf } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import type { Translator } from '#platform/i18n/index.ts';
import type { Cell } from '#platform/sheets/cells.ts';
import type { ExportSource } from '#platform/sheets/source.ts';
import type { SheetColumn } from '#platform/sheets/write.ts';
import { clockText } from '#shared/dates/zoned.ts';
import { type VisitFilter, type VisitView, visitFilter } from '../../visit-contract.ts';
import { filteredVisits, visitPage } from './list.ts';

const pageSize = 500;
/** A sheet is read from the first day on; and its visits are of customers that may leave the house. */
const rowsOf = (context: Context, filter: VisitFilter, cursor?: string) =>
  filteredVisits(context, { ...filter, cursor }, { order: 'soonest', permission: 'customer:export' });

interface Column extends SheetColumn {
  cell(visit: VisitView): Cell;
}

async function allColumns(context: Context, translate: Translator): Promise<Column[]> {
  const zone = await timeZoneOf(context);
  const t = (key: string) => translate(context.lang, key);
  const text = (key: string, cell: Column['cell'], width?: number): Column => ({
    header: t(`work.visit.${key}`),
    type: 'text',
    width,
    cell,
  });
  const time = (key: 'plannedAt' | 'departedAt' | 'arrivedAt' | 'leftAt') =>
    text(key, (visit) => (visit[key] ? clockText(new Date(visit[key]), zone) : null), 18);
  const number = (key: string, cell: Column['cell']): Column => ({
    header: t(`work.visit.${key}`),
    type: 'number',
    cell,
  });
  return [
    text('visitor', (visit) => visit.visitor.name),
    text('companions', (visit) => visit.companions.map((person) => person.name).join('、') || null),
    text('customer', (visit) => visit.customerName, 28),
    text('purpose', (visit) => visit.purposeName || null),
    text('aim', (visit) => visit.aim, 28),
    text('place', (visit) => visit.place || null),
    time('plannedAt'),
    time('departedAt'),
    time('arrivedAt'),
    time('leftAt'),
    number('stayMinutes', (visit) => visit.duration),
    text('locatedHow', (visit) => (visit.arrival ? t(`work.visit.locations.${visit.arrival.location}`) : null)),
    number('distanceMetres', (visit) => visit.arrival?.distance ?? null),
    text('arrivalNote', (visit) => visit.arrival?.note || null),
    text('state', (visit) => t(`work.visit.states.${visit.state}`)),
    text('outcome', (visit) => (visit.outcome ? t(`work.outcome.${visit.outcome}`) : null)),
  ];
}

/** Who planned to be where, and when he was: the attendance list as a sheet. Coordinates never leave. */
export const visitSource = (translate: Translator): ExportSource<VisitFilter> => ({
  key: 'visit',
  label: { zh: '走访考勤', en: 'Visit attendance' },
  permission: 'customer:read',
  query: visitFilter,
  async describe(context, { visitor, from, to }) {
    const names = visitor && visitor !== 'me' ? await userNames(context, [visitor]) : {};
    const who = visitor === 'me' ? context.actor.name : visitor ? (names[visitor] ?? '') : '';
    return [who, [from, to].filter(Boolean).join(' – ')].filter(Boolean).join(' ');
  },
  async count(context, query, limit) {
    const rows = await rowsOf(context, query);
    const counted = await context.tx
      .selectFrom(rows.clearSelect().clearOrderBy().select(sql`1`.as('one')).limit(limit).as('found'))
      .select(sql<number>`count(*)::int`.as('count'))
      .executeTakeFirstOrThrow();
    return counted.count;
  },
  columns: (context) => allColumns(context, translate),
  async page(context, query, cursor) {
    const columns = await allColumns(context, translate);
    const { items, nextCursor } = await visitPage(context, await rowsOf(context, query, cursor), pageSize);
    return { rows: items.map((visit) => columns.map((column) => column.cell(visit))), nextCursor };
  },
});

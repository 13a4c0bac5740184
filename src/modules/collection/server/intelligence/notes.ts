import { type RawBuilder, sql } from 'kysely';
import { dictionaryFor } from '#modules/fields/index.ts';
import { holds, scopeOf } from '#platform/access/actor.ts';
import { mayTouch, visible } from '#platform/access/visible.ts';
import { companyToday } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { iso } from '#platform/time.ts';
import { cursorOf, cursorPart, cursorParts, pageOfRows } from '#shared/cursor.ts';
import { notFound } from '#shared/errors.ts';
import { sensitivities } from '#shared/fields.ts';
import type { CompetitorView, IntelligenceView } from '../../intelligence-contract.ts';
import { matchesWords } from './search.ts';

export const selectNotes = (context: Context) =>
  context.tx.selectFrom('intelligence').selectAll().where('org_id', '=', context.orgId);
export type NoteRow = Awaited<ReturnType<ReturnType<typeof selectNotes>['executeTakeFirstOrThrow']>>;

/**
 * What the actor may know: cleared for it (one's own notes always), and within the scope: through the customer where there
 * is one, else through the note's own owner.
 */
function knowable(context: Context, permission: string) {
  const { actor } = context;
  const cleared = sensitivities.slice(0, sensitivities.indexOf(actor.clearance) + 1);
  if (!scopeOf(actor, permission)) return sql<boolean>`false`;
  return sql<boolean>`((intelligence.sensitivity = any(${cleared}::text[]) or intelligence.owner_id = ${actor.userId}::uuid)
    and (case when intelligence.customer_id is null then ${visible(actor, permission, 'intelligence')}
      else exists (select 1 from customer where customer.org_id = intelligence.org_id and customer.id = intelligence.customer_id
        and customer.state in ('active', 'trashed') and ${visible(actor, 'customer:read', 'customer')}) end))`;
}

/** A note the actor may use the permission on; out of scope or above clearance is absent. */
export async function loadNote(context: Context, id: string, permission: string, lock = false): Promise<NoteRow> {
  let query = selectNotes(context).where('id', '=', id).where(knowable(context, permission));
  if (lock) query = query.forUpdate();
  const row = await query.executeTakeFirst();
  if (!row) throw notFound('intelligence');
  return row;
}

export interface NoteFilter {
  customerId?: string;
  subject?: string;
  competitor?: string;
  /** Of any of these: by the key of their name, or as customers. */
  competitors?: { keys: string[]; customerIds: string[] };
  method?: string;
  reliability?: string;
  validity?: 'valid' | 'expired';
  state: 'active' | 'trashed';
  q?: string;
  /** Only those whose customer the actor may export. */
  leaving?: boolean;
}

async function matching(context: Context, query: NoteFilter) {
  const day = await companyToday(context);
  let rows = selectNotes(context).where('state', '=', query.state).where(knowable(context, 'intelligence:read'));
  if (query.customerId) rows = rows.where('customer_id', '=', query.customerId);
  if (query.subject) rows = rows.where('subject', '=', query.subject);
  if (query.competitor) rows = rows.where('subject', '=', 'competitor').where('subject_key', '=', query.competitor);
  if (query.competitors) {
    const { keys, customerIds } = query.competitors;
    rows = rows.where(sql<boolean>`(subject_key = any(${keys}::text[]) or customer_id = any(${customerIds}::uuid[]))`);
  }
  if (query.method) rows = rows.where('method', '=', query.method);
  if (query.reliability) rows = rows.where('reliability', '<=', query.reliability);
  if (query.validity === 'expired') rows = rows.where('expires_on', '<', day);
  if (query.validity === 'valid')
    rows = rows.where((eb) => eb.or([eb('expires_on', 'is', null), eb('expires_on', '>=', day)]));
  if (query.q) rows = rows.where(matchesWords(query.q));
  if (query.leaving)
    rows = rows.where(sql<boolean>`(customer_id is null or exists (
      select 1 from customer where customer.org_id = intelligence.org_id and customer.id = intelligence.customer_id
        and ${visible(context.actor, 'customer:export', 'customer')}))`);
  return rows;
}

/** How many notes there are, counted up to a limit. */
export async function countNotes(context: Context, query: NoteFilter, limit: number): Promise<number> {
  const found = (await matching(context, query)).clearSelect().select('id').limit(limit).as('found');
  const counted = await context.tx
    .selectFrom(found)
    .select(sql<number>`count(*)::int`.as('count'))
    .executeTakeFirstOrThrow();
  return counted.count;
}

export async function listNotes(context: Context, query: NoteFilter & { limit: number; cursor?: string }) {
  let rows = (await matching(context, query))
    .orderBy('collected_on', 'desc')
    .orderBy('id', 'desc')
    .limit(query.limit + 1);
  if (query.cursor) {
    const [on, id] = cursorParts(query.cursor, cursorPart.day, cursorPart.id);
    rows = rows.where(sql<boolean>`(collected_on, id) < (${on}::date, ${id}::uuid)`);
  }
  const { page, nextCursor } = pageOfRows(await rows.execute(), query.limit, (last) =>
    cursorOf(last.collected_on, last.id),
  );
  return { items: await viewNotes(context, page), nextCursor };
}

/** Notes with their customers, files and proposals as far as the reader may read their fields, in a few queries however many there are. */
export async function viewNotes(context: Context, rows: NoteRow[]): Promise<IntelligenceView[]> {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const customerIds = rows.flatMap((row) => row.customer_id ?? []);
  const day = await companyToday(context);
  const customers = await context.tx
    .selectFrom('customer')
    .select(['id', 'name', 'owner_id', 'team_id', 'region_id', 'pool', 'state'])
    .where('org_id', '=', context.orgId)
    .where('id', 'in', customerIds.length > 0 ? customerIds : [context.orgId])
    .where(visible(context.actor, 'customer:read', 'customer'))
    .execute();
  const files = await context.tx
    .selectFrom('intelligence_file')
    .innerJoin('file', (join) =>
      join.onRef('file.org_id', '=', 'intelligence_file.org_id').onRef('file.id', '=', 'intelligence_file.file_id'),
    )
    .select(['intelligence_file.intelligence_id', 'file.id', 'file.name', 'file.size'])
    .where('intelligence_file.org_id', '=', context.orgId)
    .where('intelligence_file.intelligence_id', 'in', ids)
    .orderBy('intelligence_file.id')
    .execute();
  const proposals = await context.tx
    .selectFrom('intelligence_proposal')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('intelligence_id', 'in', ids)
    .orderBy('id')
    .execute();
  const people = await context.tx
    .selectFrom('contact')
    .select(['id', 'name'])
    .where('org_id', '=', context.orgId)
    .where('id', 'in', [context.orgId, ...proposals.flatMap((item) => item.contact_id ?? [])])
    .execute();
  const { fields } = await dictionaryFor(context);
  const readable = ({ contact_id, field }: (typeof proposals)[number]) =>
    fields.some((item) => item.object === (contact_id ? 'contact' : 'customer') && item.key === field);
  const { actor } = context;
  return rows.map((row) => {
    const customer = customers.find((item) => item.id === row.customer_id);
    const touch = (permission: string, of: NonNullable<typeof customer>) => mayTouch(actor, permission, of);
    const update =
      holds(actor, 'intelligence:update') &&
      (row.owner_id === actor.userId ||
        (row.customer_id
          ? customer !== undefined && touch('intelligence:update', customer)
          : mayTouch(actor, 'intelligence:update', { ...row, id: undefined })));
    const usable = customer?.state === 'active' && row.state === 'active' && row.subject !== 'market';
    return {
      id: row.id,
      version: row.version,
      subject: row.subject as IntelligenceView['subject'],
      customer: customer ? { id: customer.id, name: customer.name } : null,
      subjectName: customer?.name ?? row.subject_name,
      competitor: row.subject === 'competitor' ? row.subject_key : null,
      item: row.item,
      content: row.content,
      method: row.method,
      source: row.source,
      reliability: row.reliability as IntelligenceView['reliability'],
      credibility: row.credibility,
      costMinor: row.cost_minor === null ? null : Number(row.cost_minor),
      currency: row.currency,
      collectedOn: row.collected_on,
      expiresOn: row.expires_on,
      expired: row.expires_on !== null && row.expires_on < day,
      sensitivity: row.sensitivity as IntelligenceView['sensitivity'],
      state: row.state as IntelligenceView['state'],
      authorName: row.author_name,
      createdAt: iso(row.created_at),
      files: files
        .filter((file) => file.intelligence_id === row.id)
        .map(({ id, name, size }) => ({ id, name, size: Number(size) })),
      proposals: proposals
        .filter((item) => item.intelligence_id === row.id && readable(item))
        .map((item) => ({
          id: item.id,
          contact: people.find((person) => person.id === item.contact_id) ?? null,
          field: item.field,
          value: item.value,
          state: item.state as IntelligenceView['proposals'][number]['state'],
          createdAt: iso(item.created_at),
        })),
      can: {
        update,
        propose: !usable || !customer ? 'no' : touch('customer:update', customer) ? 'directly' : 'approval',
      },
    };
  });
}

export async function viewNote(context: Context, id: string): Promise<IntelligenceView> {
  const row = await selectNotes(context).where('id', '=', id).executeTakeFirst();
  const [view] = row ? await viewNotes(context, [row]) : [];
  if (!view) throw notFound('intelligence');
  return view;
}

/** Competitors among the notes the actor may read, by name. */
async function competitors(context: Context, narrowed: RawBuilder<boolean>, limit: number): Promise<CompetitorView[]> {
  const day = await companyToday(context);
  const found = await sql<{
    key: string;
    name: string;
    customer_id: string | null;
    items: string;
    valid: string;
    last_on: string;
  }>`
    select subject_key as key, (array_agg(subject_name order by id desc))[1] as name,
      (array_agg(customer_id) filter (where customer_id is not null))[1] as customer_id, count(*) as items,
      count(*) filter (where expires_on is null or expires_on >= ${day}::date) as valid, max(collected_on)::text as last_on
    from intelligence
    where org_id = ${context.orgId} and subject = 'competitor' and state = 'active'
      and ${knowable(context, 'intelligence:read')} and ${narrowed}
    group by subject_key order by subject_key limit ${limit}`.execute(context.tx);
  return found.rows.map((row) => ({
    key: row.key,
    name: row.name,
    customerId: row.customer_id,
    items: Number(row.items),
    valid: Number(row.valid),
    lastOn: row.last_on,
  }));
}

export async function listCompetitors(context: Context, query: { limit: number; cursor?: string; q?: string }) {
  const pattern = query.q ? `%${query.q.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%` : null;
  const rows = await competitors(
    context,
    sql<boolean>`(${pattern}::text is null or subject_name ilike ${pattern}::text)
      and (${query.cursor ?? null}::text is null or subject_key > ${query.cursor ?? null}::text)`,
    query.limit + 1,
  );
  const { page: items, nextCursor } = pageOfRows(rows, query.limit, (last) => last.key);
  return { items, nextCursor };
}

export async function getCompetitor(context: Context, key: string): Promise<CompetitorView> {
  const [found] = await competitors(context, sql<boolean>`subject_key = ${key}`, 1);
  if (!found) throw notFound('competitor');
  return found;
}

import { type RawBuilder, sql } from 'kysely';
import { userNames } from '#modules/people/index.ts';
import { holds } from '#platform/access/actor.ts';
import { visible } from '#platform/access/visible.ts';
import { companyToday } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import { requireVersion } from '#platform/http/version.ts';
import { iso } from '#platform/time.ts';
import { idCursor, pageOfRows } from '#shared/cursor.ts';
import { conflict, notFound } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import type { MaterialDetail, MaterialInput, MaterialState, MaterialView } from '../contract.ts';

const select = (context: Context) =>
  context.tx
    .selectFrom('material')
    .leftJoin('material_version', (join) =>
      join
        .onRef('material_version.org_id', '=', 'material.org_id')
        .onRef('material_version.material_id', '=', 'material.id')
        .onRef('material_version.edition', '=', 'material.edition'),
    )
    .leftJoin('file', (join) =>
      join.onRef('file.org_id', '=', 'material_version.org_id').onRef('file.id', '=', 'material_version.file_id'),
    )
    .selectAll('material')
    .select([
      'file.name as file_name',
      'file.mime as file_mime',
      'file.size as file_size',
      'material_version.created_at as version_at',
    ])
    .where('material.org_id', '=', context.orgId);
export type MaterialRow = Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirstOrThrow']>>;

/** Whether a material may be sent, and if not why. */
export function stateOf(
  row: Pick<MaterialRow, 'withdrawn_at' | 'edition' | 'valid_until'>,
  today: string,
): MaterialState {
  if (row.withdrawn_at) return 'withdrawn';
  if (row.edition === 0) return 'empty';
  return row.valid_until && String(row.valid_until) < today ? 'expired' : 'current';
}

const stateSql = (state: MaterialState, today: string): RawBuilder<boolean> => {
  const parts: Record<MaterialState, RawBuilder<boolean>> = {
    withdrawn: sql`material.withdrawn_at is not null`,
    empty: sql`material.withdrawn_at is null and material.edition = 0`,
    expired: sql`material.withdrawn_at is null and material.edition > 0 and material.valid_until < ${today}::date`,
    current: sql`material.withdrawn_at is null and material.edition > 0
      and (material.valid_until is null or material.valid_until >= ${today}::date)`,
  };
  return sql<boolean>`(${parts[state]})`;
};

export async function loadMaterial(context: Context, id: string): Promise<MaterialRow> {
  const row = await select(context).where('material.id', '=', id).executeTakeFirst();
  if (!row) throw notFound('material');
  return row;
}

/** Locks a material for a change, so that changes of two people come one after the other. */
export async function lockMaterial(context: Context, id: string): Promise<MaterialRow> {
  await sql`select 1 from material where org_id = ${context.orgId} and id = ${id} for no key update`.execute(
    context.tx,
  );
  const row = await loadMaterial(context, id);
  requireVersion(context, row.version, () => ({ id: row.id, version: row.version, title: row.title }));
  return row;
}

const view = (row: MaterialRow, today: string): MaterialView => ({
  id: row.id,
  version: row.version,
  title: row.title,
  kind: row.kind as MaterialView['kind'],
  language: row.language as MaterialView['language'],
  product: row.product,
  summary: row.summary,
  validUntil: row.valid_until ? String(row.valid_until) : null,
  state: stateOf(row, today),
  edition: row.edition,
  file: row.file_name === null ? null : { name: row.file_name, mime: row.file_mime ?? '', size: row.file_size ?? 0 },
  updatedAt: iso(row.version_at ?? row.created_at),
});

export interface MaterialQuery {
  limit: number;
  cursor?: string;
  q?: string;
  kind?: string;
  language?: string;
  state?: MaterialState;
}

export async function listMaterials(context: Context, query: MaterialQuery) {
  const today = await companyToday(context);
  let rows = select(context)
    .orderBy('material.id', 'desc')
    .limit(query.limit + 1);
  if (query.kind) rows = rows.where('material.kind', '=', query.kind);
  if (query.language) rows = rows.where('material.language', '=', query.language);
  if (query.state) rows = rows.where(stateSql(query.state, today));
  for (const word of (query.q ?? '').split(/\s+/).filter((part) => part !== '')) {
    const pattern = `%${word.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
    rows = rows.where((eb) =>
      eb.or([
        eb('material.title', 'ilike', pattern),
        eb('material.product', 'ilike', pattern),
        eb('material.summary', 'ilike', pattern),
      ]),
    );
  }
  if (query.cursor) rows = rows.where('material.id', '<', idCursor(query.cursor));
  const { page, nextCursor } = pageOfRows(await rows.execute(), query.limit);
  return { items: page.map((row) => view(row, today)), nextCursor };
}

/** Counting stops here: a figure beyond it says nothing more. */
const countLimit = 10_000;

/** Sends to customers the actor may see: all, opened, downloaded. */
async function countSends(context: Context, id: string): Promise<MaterialDetail['sends']> {
  const found = await sql<{ sent: number; opened: number; downloaded: number }>`
    select count(*)::integer as sent, count(opened_first_at)::integer as opened,
      count(downloaded_first_at)::integer as downloaded
    from (select material_send.opened_first_at, material_send.downloaded_first_at from material_send
      join customer on customer.org_id = material_send.org_id and customer.id = material_send.customer_id
      where material_send.org_id = ${context.orgId} and material_send.material_id = ${id}
        and customer.state = 'active' and ${visible(context.actor, 'customer:read', 'customer')}
      order by material_send.id desc limit ${countLimit + 1}) recent`.execute(context.tx);
  const { sent, opened, downloaded } = found.rows[0] ?? { sent: 0, opened: 0, downloaded: 0 };
  const exact = sent <= countLimit;
  const count = (value: number) => ({ value: Math.min(value, countLimit), exact });
  return { sent: count(sent), opened: count(opened), downloaded: count(downloaded) };
}

export async function viewMaterial(context: Context, id: string): Promise<MaterialDetail> {
  const row = await loadMaterial(context, id);
  const versions = await context.tx
    .selectFrom('material_version')
    .innerJoin('file', (join) =>
      join.onRef('file.org_id', '=', 'material_version.org_id').onRef('file.id', '=', 'material_version.file_id'),
    )
    .select([
      'material_version.edition',
      'material_version.note',
      'material_version.created_at',
      'material_version.created_by',
      'file.name',
      'file.mime',
      'file.size',
      'file.sha256',
    ])
    .where('material_version.org_id', '=', context.orgId)
    .where('material_version.material_id', '=', id)
    .orderBy('material_version.edition', 'desc')
    .limit(100)
    .execute();
  const names = await userNames(context, [...new Set(versions.flatMap((version) => version.created_by ?? []))]);
  return {
    ...view(row, await companyToday(context)),
    withdrawnReason: row.withdrawn_reason,
    withdrawnAt: row.withdrawn_at ? iso(row.withdrawn_at) : null,
    versions: versions.map((version) => ({
      edition: version.edition,
      file: { name: version.name, mime: version.mime, size: version.size },
      sha256: version.sha256,
      note: version.note,
      at: iso(version.created_at),
      by: names[version.created_by ?? ''] ?? '',
    })),
    sends: await countSends(context, id),
    can: { manage: holds(context.actor, 'material:manage') },
  };
}

export const recordMaterial = (
  context: Context,
  row: { id: string; title: string },
  kind: string,
  more: { data?: Record<string, unknown>; reason?: string; customerId?: string } = {},
) =>
  recordEvent(context, {
    kind,
    subjectKind: 'material',
    subjectId: row.id,
    customerId: more.customerId ?? null,
    reason: more.reason ?? null,
    data: { title: row.title, ...more.data },
  });

const columns = (input: MaterialInput) => ({
  title: input.title,
  kind: input.kind,
  language: input.language,
  product: input.product,
  summary: input.summary,
  valid_until: input.validUntil,
});

export async function createMaterial(context: Context, input: MaterialInput): Promise<MaterialDetail> {
  const id = newId();
  await context.tx
    .insertInto('material')
    .values({ org_id: context.orgId, id, created_by: context.actor.userId, ...columns(input) })
    .execute();
  await recordMaterial(context, { id, title: input.title }, 'material.created');
  return viewMaterial(context, id);
}

export async function setMaterial(context: Context, id: string, values: Record<string, unknown>): Promise<void> {
  await context.tx
    .updateTable('material')
    .set({ ...values, version: sql`version + 1` })
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .execute();
}

export async function updateMaterial(context: Context, id: string, input: MaterialInput): Promise<MaterialDetail> {
  const row = await lockMaterial(context, id);
  const before = { ...row, valid_until: row.valid_until ? String(row.valid_until) : null };
  const changed = Object.entries(columns(input)).filter(
    ([column, value]) => before[column as keyof ReturnType<typeof columns>] !== value,
  );
  await setMaterial(context, id, columns(input));
  await recordMaterial(context, { id, title: input.title }, 'material.updated', {
    data: {
      before: Object.fromEntries(
        changed.map(([column]) => [column, before[column as keyof ReturnType<typeof columns>]]),
      ),
    },
  });
  return viewMaterial(context, id);
}

export async function withdrawMaterial(context: Context, id: string, reason: string): Promise<MaterialDetail> {
  const row = await lockMaterial(context, id);
  if (row.withdrawn_at) throw conflict('material.withdrawnAlready');
  await setMaterial(context, id, {
    withdrawn_at: context.now(),
    withdrawn_by: context.actor.userId,
    withdrawn_reason: reason,
  });
  await recordMaterial(context, row, 'material.withdrawn', { reason });
  return viewMaterial(context, id);
}

export async function reinstateMaterial(context: Context, id: string): Promise<MaterialDetail> {
  const row = await lockMaterial(context, id);
  if (!row.withdrawn_at) throw conflict('material.notWithdrawn');
  await setMaterial(context, id, { withdrawn_at: null, withdrawn_by: null, withdrawn_reason: '' });
  await recordMaterial(context, row, 'material.reinstated');
  return viewMaterial(context, id);
}

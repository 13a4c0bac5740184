import type { FastifyRequest } from 'fastify';
import { sql } from 'kysely';
import { setNoMail } from '#modules/contacts/index.ts';
import { notify } from '#modules/notifications/index.ts';
import { userNames } from '#modules/people/index.ts';
import { companyOf, companyToday } from '#platform/company.ts';
import type { Context } from '#platform/context.ts';
import { recordEvent } from '#platform/events/index.ts';
import type { FileStore } from '#platform/files/store.ts';
import type { OpenedLink } from '#platform/links/index.ts';
import { localDay } from '#shared/dates/zoned.ts';
import { conflict, Problem } from '#shared/errors.ts';
import type { SharedMaterial } from '../public-contract.ts';
import { refreshMaterialFacts } from './facts.ts';
import { stateOf } from './materials.ts';
import { refusers, refuses } from './recipients.ts';
import { fileOfVersion } from './versions.ts';

/** Reloading the page soon after is no further opening. */
const anewAfterMinutes = 10;

/** Kinds a browser shows itself without running anything of them. */
const viewable = /^(application\/pdf|image\/(jpeg|png|webp|gif))$/;

const machines =
  /bot|crawl|spider|slurp|preview|prefetch|scan|headless|fetch|monitor|curl|wget|python|java\/|okhttp|go-http|libwww|facebookexternalhit|whatsapp|telegram|skypeuripreview/i;

/** Programs that follow every link of a mail before a person does, and browsers that load ahead of time. */
export function isMachine(request: FastifyRequest): boolean {
  const { headers } = request;
  const agent = headers['user-agent'] ?? '';
  const purpose = `${headers['sec-purpose'] ?? ''} ${headers.purpose ?? ''} ${headers['x-moz'] ?? ''}`;
  return agent === '' || machines.test(agent) || /prefetch|prerender/i.test(purpose);
}

async function behind(context: Context, link: OpenedLink) {
  const row = await context.tx
    .selectFrom('material_send')
    .innerJoin('material', (join) =>
      join.onRef('material.org_id', '=', 'material_send.org_id').onRef('material.id', '=', 'material_send.material_id'),
    )
    .innerJoin('customer', (join) =>
      join.onRef('customer.org_id', '=', 'material_send.org_id').onRef('customer.id', '=', 'material_send.customer_id'),
    )
    .leftJoin('material_mail', (join) =>
      join
        .onRef('material_mail.org_id', '=', 'material_send.org_id')
        .onRef('material_mail.id', '=', 'material_send.mail_id'),
    )
    .selectAll('material')
    .select([
      'material_send.id as send_id',
      'material_send.customer_id',
      'material_send.contact_id',
      'material_send.recipient',
      'material_send.edition as sent_edition',
      'material_send.newest',
      'material_send.created_at as sent_at',
      'material_send.created_by as sent_by',
      'material_mail.email',
    ])
    .where('material_send.org_id', '=', context.orgId)
    .where('material_send.id', '=', String(link.data.sendId))
    .where('material.id', '=', link.subjectId)
    .where('customer.state', '=', 'active')
    .executeTakeFirst();
  if (!row) throw new Problem(404, 'link.gone');
  return { ...row, answered: row.newest ? row.edition : row.sent_edition };
}
type Behind = Awaited<ReturnType<typeof behind>>;

async function fileBehind(context: Context, row: Behind) {
  const id = await fileOfVersion(context, row.id, row.answered);
  return context.tx
    .selectFrom('file')
    .select(['id', 'name', 'mime', 'size'])
    .where('org_id', '=', context.orgId)
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
}

/** What the link leads to: the version that was sent or the newest, or that it was withdrawn. */
export async function readShared(context: Context, link: OpenedLink): Promise<SharedMaterial> {
  const row = await behind(context, link);
  const org = await companyOf(context);
  const state = stateOf(row, await companyToday(context));
  const file = state === 'withdrawn' ? null : await fileBehind(context, row);
  return {
    company: org.name,
    sender: (await userNames(context, [row.sent_by]))[row.sent_by] ?? '',
    title: row.title,
    kind: row.kind as SharedMaterial['kind'],
    language: row.language as SharedMaterial['language'],
    product: row.product,
    summary: file ? row.summary : '',
    edition: row.answered,
    newerExists: row.answered < row.edition,
    validUntil: row.valid_until ? String(row.valid_until) : null,
    expired: state === 'expired',
    withdrawn: file === null,
    file: file ? { name: file.name, size: file.size, viewable: viewable.test(file.mime) } : null,
    sentOn: localDay(new Date(row.sent_at), org.timeZone),
    refused: row.email ? refuses(await refusers(context, row.customer_id), row.contact_id) : null,
  };
}

const record = (context: Context, row: Behind, kind: string) =>
  recordEvent(context, {
    kind,
    subjectKind: 'material',
    subjectId: row.id,
    customerId: row.customer_id,
    data: { title: row.title, edition: row.answered, to: row.recipient },
  });

/** Counts that a person looks at it; the first time is an event and told to who sent it. Two at once count as one. */
export async function countOpening(context: Context, link: OpenedLink): Promise<{ counted: boolean }> {
  const row = await behind(context, link);
  if (row.withdrawn_at) return { counted: false };
  const now = context.now();
  const counted = await context.tx
    .updateTable('material_send')
    .set({
      opened_first_at: sql`coalesce(opened_first_at, ${now})`,
      opened_last_at: now,
      opened_count: sql`opened_count + 1`,
    })
    .where('org_id', '=', context.orgId)
    .where('id', '=', row.send_id)
    .where((eb) =>
      eb.or([
        eb('opened_last_at', 'is', null),
        eb('opened_last_at', '<', new Date(now.getTime() - anewAfterMinutes * 60_000)),
      ]),
    )
    .returning('opened_count')
    .executeTakeFirst();
  if (counted) await refreshMaterialFacts(context, row.customer_id);
  if (counted?.opened_count === 1) {
    await record(context, row, 'material.opened');
    await notify(context, {
      userIds: [row.sent_by],
      type: 'material.opened',
      params: { to: row.recipient, title: row.title },
      path: `/customers/${row.customer_id}`,
      customerId: row.customer_id,
      key: `material.opened:${row.send_id}`,
    });
  }
  return { counted: counted !== undefined };
}

/** The bytes, counted as a download (which is an opening too) unless a machine asks. */
export async function openShared(context: Context, files: FileStore, link: OpenedLink, counts: boolean) {
  const row = await behind(context, link);
  if (row.withdrawn_at) throw new Problem(410, 'material.withdrawn');
  const { id, mime } = await fileBehind(context, row);
  if (counts) {
    await countOpening(context, link);
    const now = context.now();
    const { downloaded_count: times } = await context.tx
      .updateTable('material_send')
      .set({
        downloaded_first_at: sql`coalesce(downloaded_first_at, ${now})`,
        downloaded_last_at: now,
        downloaded_count: sql`downloaded_count + 1`,
      })
      .where('org_id', '=', context.orgId)
      .where('id', '=', row.send_id)
      .returning('downloaded_count')
      .executeTakeFirstOrThrow();
    if (times === 1) await record(context, row, 'material.downloaded');
  }
  return { ...(await files.open(context, id)), viewable: viewable.test(mime) };
}

/** The recipient wants no such mail any more, or does again: a wish that holds beyond the link, so it tells nothing about it. */
export async function setRefused(context: Context, link: OpenedLink, refused: boolean): Promise<{ refused: boolean }> {
  const send = await context.tx
    .selectFrom('material_send')
    .select(['customer_id', 'contact_id', 'mail_id'])
    .where('org_id', '=', context.orgId)
    .where('id', '=', String(link.data.sendId))
    .executeTakeFirst();
  if (!send) throw new Problem(404, 'link.gone');
  if (!send.mail_id) throw conflict('material.noMail');
  const who = { customerId: send.customer_id, contactId: send.contact_id };
  if (!(await setNoMail(context, who, refused, 'web'))) throw new Problem(404, 'link.gone');
  return { refused };
}

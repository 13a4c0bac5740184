import { sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import type { Vault } from '#platform/crypto/index.ts';
import { recordEvent } from '#platform/events/index.ts';
import { notFound } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import type { WebhookKind, WebhookView } from '../contract.ts';
import { checkWebhookUrl } from './outbound.ts';

export type Post = (url: URL, body: unknown) => Promise<{ status: number; text: string }>;

/** What each kind of bot wants to be sent, and whether its answer says it was taken. */
export const bots: Record<
  WebhookKind,
  { body(text: string): unknown; taken(answer: Record<string, unknown>): boolean }
> = {
  wecom: { body: (content) => ({ msgtype: 'text', text: { content } }), taken: (answer) => answer.errcode === 0 },
  dingtalk: { body: (content) => ({ msgtype: 'text', text: { content } }), taken: (answer) => answer.errcode === 0 },
  feishu: {
    body: (text) => ({ msg_type: 'text', content: { text } }),
    taken: (answer) => answer.code === 0 || answer.StatusCode === 0,
  },
};

/** Posts the text to a bot; throws with a short reason when it was not taken. */
export async function postToBot(post: Post, kind: WebhookKind, url: string, text: string): Promise<void> {
  const { status, text: answered } = await post(new URL(url), bots[kind].body(text));
  let answer: Record<string, unknown> = {};
  try {
    answer = JSON.parse(answered) as Record<string, unknown>;
  } catch {
    // Not JSON: certainly not taken.
  }
  if (status !== 200 || !bots[kind].taken(answer))
    throw new Error(`${status} ${String(answer.errmsg ?? answer.msg ?? '').slice(0, 200)}`);
}

const find = (context: Context, userId: string | null) =>
  context.tx
    .selectFrom('notification_webhook')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('user_id', userId === null ? 'is' : '=', userId as never);

export async function getWebhook(context: Context, userId: string | null): Promise<{ webhook: WebhookView | null }> {
  const row = await find(context, userId).executeTakeFirst();
  if (!row) return { webhook: null };
  const { kind, host, state, last_error: lastError } = row;
  return { webhook: { kind: kind as WebhookKind, host, failing: state === 'failing', lastError } };
}

/** Sets the address notices go to. It is sealed at once and never shown again. */
export async function setWebhook(
  context: Context,
  { vault, webhookHosts }: { vault: Vault; webhookHosts: readonly string[] },
  userId: string | null,
  input: { kind: WebhookKind; url: string },
): Promise<{ webhook: WebhookView | null }> {
  const url = checkWebhookUrl(input.url, webhookHosts);
  const values = {
    kind: input.kind,
    host: url.host,
    sealed: vault.encrypt(context.orgId, 'webhook', url.href),
    state: 'active',
    last_error: null,
  };
  const present = await find(context, userId).forUpdate().executeTakeFirst();
  if (present)
    await context.tx
      .updateTable('notification_webhook')
      .set({ ...values, version: sql`version + 1` })
      .where('org_id', '=', context.orgId)
      .where('id', '=', present.id)
      .execute();
  else
    await context.tx
      .insertInto('notification_webhook')
      .values({ org_id: context.orgId, id: newId(), user_id: userId, ...values, created_by: context.actor.userId })
      .onConflict((oc) => oc.doNothing())
      .execute();
  await recordEvent(context, {
    kind: 'webhook.set',
    subjectKind: 'webhook',
    subjectId: userId ?? context.orgId,
    data: { kind: input.kind, host: url.host, company: userId === null },
  });
  return getWebhook(context, userId);
}

export async function removeWebhook(context: Context, userId: string | null): Promise<void> {
  const row = await find(context, userId).executeTakeFirst();
  if (!row) throw notFound('webhook');
  await context.tx
    .deleteFrom('notification_webhook')
    .where('org_id', '=', context.orgId)
    .where('id', '=', row.id)
    .execute();
  await recordEvent(context, {
    kind: 'webhook.removed',
    subjectKind: 'webhook',
    subjectId: userId ?? context.orgId,
    data: { kind: row.kind, host: row.host },
  });
}

import { sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import type { Vault } from '#platform/crypto/index.ts';
import type { Translator } from '#platform/i18n/index.ts';
import { defineJob, type JobContext, type JobKind } from '#platform/jobs/kinds.ts';
import type { Mailer } from '#platform/mail/index.ts';
import type { Lang } from '#shared/languages.ts';
import type { WebhookKind } from '../contract.ts';
import { type Post, postToBot } from './webhooks.ts';

export interface DeliveryMeans {
  mailer: Mailer;
  vault: Vault;
  translate: Translator;
  publicUrl: string;
  post: Post;
}

interface Claimed {
  id: string;
  channel: 'mail' | 'webhook';
  digest: boolean;
  attempts: number;
  user_id: string;
  email: string;
  lang: Lang;
  user_state: string;
  type: string;
  params: Record<string, string | number>;
  path: string | null;
}

const batch = 50;
const mostAttempts = 5;

/** Takes what is due, so that no other process sends it; what a dead process took comes back when its lease ends. */
async function claim(context: Context): Promise<Claimed[]> {
  const result = await sql<Claimed>`
    with due as (
      select id from notification_delivery where org_id = ${context.orgId} and state in ('waiting', 'sending')
        and due_at <= ${context.now()} and (state = 'waiting' or lease_until < ${context.now()})
      order by due_at limit ${batch} for update skip locked),
    taken as (
      update notification_delivery d set state = 'sending', attempts = attempts + 1,
        lease_until = ${new Date(context.now().getTime() + 300_000)}
      from due where d.org_id = ${context.orgId} and d.id = due.id
      returning d.id, d.channel, d.digest, d.attempts, d.user_id, d.notification_id)
    select t.id, t.channel, t.digest, t.attempts, t.user_id, u.email, u.lang, u.state as user_state, n.type, n.params, n.path
    from taken t
    join notification n on n.org_id = ${context.orgId} and n.id = t.notification_id
    join app_user u on u.org_id = ${context.orgId} and u.id = t.user_id
    order by t.id`.execute(context.tx);
  return result.rows;
}

type Outcome = { state: 'sent' | 'dropped' } | { state: 'failed'; error: string };

async function settle(context: Context, rows: Claimed[], outcome: Outcome): Promise<void> {
  const now = context.now();
  for (const row of rows) {
    const again = outcome.state === 'failed' && row.attempts < mostAttempts;
    await context.tx
      .updateTable('notification_delivery')
      .set({
        state: again ? 'waiting' : outcome.state,
        lease_until: null,
        ...(again ? { due_at: new Date(now.getTime() + 2 ** row.attempts * 60_000) } : {}),
        ...(outcome.state === 'failed' ? { error: outcome.error.slice(0, 500) } : {}),
        ...(outcome.state === 'sent' ? { sent_at: now } : {}),
      })
      .where('org_id', '=', context.orgId)
      .where('id', '=', row.id)
      .where('state', '=', 'sending')
      .execute();
  }
}

export function deliveryJobs(means: DeliveryMeans): JobKind[] {
  const { translate } = means;
  const textOf = (row: Claimed) => translate(row.lang, `notifications.types.${row.type}`, row.params);
  // Bots that ask for a word in every message find the product's name.
  const botText = (row: Claimed) =>
    `${translate(row.lang, 'notifications.botText', { text: textOf(row) })}${linkOf(row)}`;
  const linkOf = (row: Claimed) => (row.path ? `\n${means.publicUrl}${row.path}` : '');

  async function mail(rows: Claimed[]): Promise<Outcome> {
    const [first] = rows;
    if (!first) return { state: 'dropped' };
    const subject =
      rows.length === 1 ? textOf(first) : translate(first.lang, 'notifications.digestSubject', { n: rows.length });
    await means.mailer.send({
      to: first.email,
      subject: `${translate(first.lang, 'ui.product')}: ${subject}`.slice(0, 200),
      text: `${rows.map((row) => `${textOf(row)}${linkOf(row)}`).join('\n\n')}\n`,
      // The same mail sent again after a crash is known as the same.
      messageId: `<${first.id}@kedang>`,
    });
    return { state: 'sent' };
  }

  async function webhook(job: JobContext, row: Claimed): Promise<Outcome> {
    const target = await job.inTransaction((context) =>
      context.tx
        .selectFrom('notification_webhook')
        .selectAll()
        .where('org_id', '=', context.orgId)
        .where((eb) => eb.or([eb('user_id', '=', row.user_id), eb('user_id', 'is', null)]))
        // The user's own before the company's.
        .orderBy('user_id')
        .executeTakeFirst(),
    );
    if (!target) return { state: 'dropped' };
    const url = means.vault.decrypt(job.orgId, 'webhook', target.sealed).toString();
    const mark = (state: string, error: string | null) =>
      job.inTransaction((context) =>
        context.tx
          .updateTable('notification_webhook')
          .set({ state, last_error: error?.slice(0, 300) ?? null })
          .where('org_id', '=', context.orgId)
          .where('id', '=', target.id)
          .execute(),
      );
    try {
      await postToBot(means.post, target.kind as WebhookKind, url, botText(row));
      if (target.state !== 'active') await mark('active', null);
      return { state: 'sent' };
    } catch (error) {
      await mark('failing', error instanceof Error ? error.message : String(error));
      throw error;
    }
  }

  async function send(job: JobContext, rows: Claimed[]): Promise<void> {
    let outcome: Outcome;
    try {
      const [first] = rows;
      if (first?.user_state !== 'active') outcome = { state: 'dropped' };
      else outcome = first.channel === 'mail' ? await mail(rows) : await webhook(job, first);
    } catch (error) {
      outcome = { state: 'failed', error: error instanceof Error ? error.message : String(error) };
    }
    await job.inTransaction((context) => settle(context, rows, outcome));
  }

  return [
    defineJob({
      kind: 'notifications.deliver',
      heavy: false,
      async run(job) {
        let count = 0;
        for (;;) {
          const rows = await job.inTransaction(claim);
          const digests = new Map<string, Claimed[]>();
          for (const row of rows) {
            if (row.digest) digests.set(row.user_id, [...(digests.get(row.user_id) ?? []), row]);
            else await send(job, [row]);
          }
          for (const group of digests.values()) await send(job, group);
          count += rows.length;
          if (rows.length < batch) return { count };
        }
      },
    }),
  ];
}

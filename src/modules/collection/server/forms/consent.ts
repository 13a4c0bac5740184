import type { Context } from '#platform/context.ts';
import { newId } from '#shared/ids.ts';
import { type FrozenContent, textIn } from '../../form-content.ts';

interface Given {
  answerId: string;
  formId: string;
  revision: number;
  channel: 'link' | 'embedded' | 'personal' | 'typed';
  lang: string;
  customerId: string | null;
  contactId: string | null;
  ipHash: Buffer | null;
}

/** Keeps what a person agreed to, word for word: evidence that outlives the form. */
export async function recordConsent(context: Context, content: FrozenContent, given: Given): Promise<void> {
  await context.tx
    .insertInto('form_consent')
    .values({
      org_id: context.orgId,
      id: newId(),
      form_id: given.formId,
      revision: given.revision,
      answer_id: given.answerId,
      customer_id: given.customerId,
      contact_id: given.contactId,
      channel: given.channel,
      purpose: textIn(content.purpose, given.lang),
      consent_text: textIn(content.consent, given.lang),
      lang: given.lang,
      ip_hash: given.ipHash,
      given_at: context.now(),
    })
    .execute();
}

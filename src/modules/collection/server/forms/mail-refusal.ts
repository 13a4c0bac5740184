import { setNoMail } from '#modules/contacts/index.ts';
import type { PublicContext } from '#platform/http/route.ts';
import type { Links } from '#platform/links/index.ts';
import { Problem } from '#shared/errors.ts';

/** Whoever was written to may say "no more mail" by the link of that mail, also when it was answered or ran out. */
export async function refuseMail(links: Links, request: PublicContext, token: string): Promise<undefined> {
  await links.open(
    request,
    token,
    'form',
    async (context, link) => {
      if (!link.contactId && !link.customerId) throw new Problem(404, 'link.gone');
      await setNoMail(context, link, true, 'form');
    },
    { spent: true },
  );
  return undefined;
}

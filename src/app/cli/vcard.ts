import { readFile } from 'node:fs/promises';
import { parseVcards, type VCard } from '#platform/vcard/parse.ts';
import { photoOf, type VCardPhoto } from '#platform/vcard/photo.ts';
import { vcardColumns } from '#platform/vcard/rows.ts';
import { type Command, oneFile, readable, UsageError } from './command.ts';

const limit = 50_000_000;

/** `kedang vcard`: what a vCard file would become, without an installation; nothing is written. */
export const vcardCommand: Command = {
  name: 'vcard',
  usage: 'vcard FILE.vcf',
  summary: `What importing the vCard file would create, as JSON, with every line not understood and why
      Exit code: 0 told, also of cards without end or name; 2 wrong usage or no vCard`,
  takesFile: true,
  options: {},
  async run(_options, positionals) {
    const file = readable(oneFile(positionals, 'the vCard file'));
    const bytes = await readFile(file);
    if (bytes.length > limit) throw new UsageError(`${file} is larger than ${limit / 1_000_000} MB`);
    const { cards, notUnderstood } = parseVcards(bytes);
    // Some other file: nothing of it is even the beginning of a card.
    const begun = notUnderstood.some(({ reason }) => reason === 'unfinished' || reason === 'nameless');
    if (cards.length === 0 && !begun) throw new UsageError(`${file} holds no vCard`);
    const created: unknown[] = [];
    for (const card of cards) {
      if (card.name === '' && card.organisation === '') continue;
      const photo = await photoOf(card);
      if (photo && 'reason' in photo) notUnderstood.push(photo);
      created.push(createdOf(card, photo && 'bytes' in photo ? photo : null));
    }
    notUnderstood.sort((a, b) => a.line - b.line);
    console.log(JSON.stringify({ created, notUnderstood }, null, 2));
    return 0;
  },
};

/** What importing makes of a card. Where it names no person, what it says of one is the customer's. */
function createdOf(card: VCard, photo: VCardPhoto | null) {
  const customer: Record<string, string | string[]> = {};
  const contact: Record<string, string | string[]> = {};
  for (const [, part, key, of] of vcardColumns) {
    const value = of(card, 'en-US');
    if (value.length > 0) (part === 'customer' ? customer : contact)[key] = value;
  }
  const picture = photo ? { photo: { width: photo.width, height: photo.height, bytes: photo.bytes.length } } : {};
  if (contact.name) return { line: card.line, customer, contact: { ...contact, ...picture } };
  const phones = [customer.phones ?? [], contact.phones ?? []].flat();
  return {
    line: card.line,
    customer: { ...contact, ...customer, ...(phones.length > 0 ? { phones } : {}) },
    contact: null,
  };
}

import { readFile } from 'node:fs/promises';
import { parseVcards } from '#platform/vcard/parse.ts';
import { type Command, oneFile, readable, UsageError } from './command.ts';

const limit = 50_000_000;

/** `kedang vcard`: what a vCard file would become, without an installation; nothing is written. */
export const vcardCommand: Command = {
  name: 'vcard',
  usage: 'vcard FILE.vcf',
  summary: 'What importing the vCard file would create, as JSON, with every line not understood',
  options: {},
  async run(_options, positionals) {
    const file = readable(oneFile(positionals, 'the vCard file'));
    const bytes = await readFile(file);
    if (bytes.length > limit) throw new UsageError(`${file} is larger than ${limit / 1_000_000} MB`);
    const { cards, notUnderstood } = parseVcards(bytes);
    if (cards.length === 0 && notUnderstood.length === 0) throw new UsageError(`${file} holds no vCard`);
    const created = cards.map((card) => {
      const phones = card.phones.map(({ value, type }) => ({ value, type }));
      const person = { name: card.name, department: card.department, position: card.title, wechat: card.wechat };
      const own = card.organisation !== '';
      return {
        line: card.line,
        // Its size: a picture is not taken over.
        photoBytes: card.photo,
        customer: {
          kind: own ? 'company' : 'individual',
          name: card.organisation || card.name,
          websites: card.urls,
          addresses: card.addresses,
          remark: card.note,
          ...(own ? {} : { phones, emails: card.emails, birthday: card.birthday }),
        },
        contact: own && card.name !== '' ? { ...person, phones, emails: card.emails, birthday: card.birthday } : null,
      };
    });
    console.log(JSON.stringify({ created, notUnderstood }, null, 2));
    return 0;
  },
};

import { buffer } from 'node:stream/consumers';
import { loadCustomer, viewCard } from '#modules/customers/index.ts';
import { dictionaryFor, fromListRow, listRecords, openPicture } from '#modules/fields/index.ts';
import type { Context } from '#platform/context.ts';
import type { FileStore } from '#platform/files/store.ts';
import { type VCardVersion, writeVcard } from '#platform/vcard/write.ts';
import { Problem } from '#shared/errors.ts';
import type { AddressValue, LunarDateValue, PhoneValue, TextPointValue } from '#shared/fields.ts';
import { isMobile } from '#shared/identifiers/phone.ts';
import { countryName } from '#shared/reference/countries.ts';
import { pinyinSortKey } from '#shared/text/pinyin.ts';

const keys = [
  'name',
  'position',
  'department',
  'phones',
  'emails',
  'birthday',
  'lunarBirthday',
  'wechat',
  'photo',
  'remark',
  'updatedAt',
];

/** The people of a customer as vCards, as far as this actor may read their fields; a person as customer is a card of its own. */
export async function customerVcards(
  context: Context,
  customerId: string,
  permission: string,
  version: VCardVersion,
  files: FileStore,
): Promise<{ name: string; text: string }> {
  const card = await viewCard(context, await loadCustomer(context, customerId, permission));
  const { fields } = await dictionaryFor(context, 'contact');
  const chosen = keys.filter((key) => fields.some((field) => field.key === key));
  const page = await listRecords(context, {
    object: 'contact',
    permission,
    customerId,
    sort: 'name',
    fields: chosen,
    limit: 500,
  });
  // The card's own postcode and country are those of its first address.
  const own = { postcode: text(card.values.postcode), country: text(card.values.country) };
  const addresses = ((card.values.addresses ?? []) as AddressValue[]).map((address, index) => {
    const country = address.country ?? (index === 0 ? own.country : undefined);
    return {
      text: address.text,
      postcode: address.postcode ?? (index === 0 ? own.postcode : undefined),
      country: country && countryName(country, context.lang),
    };
  });
  const urls = ((card.values.websites ?? []) as TextPointValue[]).map((item) => item.value);
  const company = String(card.values.name ?? '');
  const revised = card.updatedAt.replace(/[-:]|\.\d+/g, '');
  const person = async (id: string, values: Record<string, unknown>, organisation: string) => {
    const name = String(values.name ?? '');
    const photo = text(values.photo);
    return writeVcard(
      {
        uid: id,
        revised,
        name,
        organisation,
        department: text(values.department),
        title: text(values.position),
        // Without a type a phone would file a person's mobile under work, and reading the card again under the company.
        phones: ((values.phones ?? []) as PhoneValue[]).map(({ value, type }) => ({
          value,
          type: type ?? (isMobile(value) ? 'mobile' : 'work'),
        })),
        emails: ((values.emails ?? []) as TextPointValue[]).map((item) => item.value),
        urls,
        addresses,
        birthday: text(values.birthday),
        lunarBirthday: values.lunarBirthday as LunarDateValue | undefined,
        wechat: text(values.wechat),
        ...(photo ? { photo: await pictureBytes(context, files, photo) } : {}),
        note: text(values.remark),
        sortAs: pinyinSortKey(name),
      },
      version,
    );
  };
  const cards: string[] = [];
  for (const row of page.rows) cards.push(await person(row.id, fromListRow(page.fields, row), company));
  const alone = card.kind === 'individual' || card.kind === 'household' || cards.length === 0;
  if (alone) cards.unshift(await person(card.id, card.values, card.kind === 'individual' ? '' : company));
  return { name: company, text: cards.join('') };
}

/** A picture that is gone from the disk costs the picture, not the card. */
async function pictureBytes(context: Context, files: FileStore, id: string): Promise<Buffer | undefined> {
  try {
    return await buffer((await openPicture(context, files, id)).stream);
  } catch (error) {
    if (error instanceof Problem) return undefined;
    throw error;
  }
}

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);

import { registerBriefPart } from '#modules/customers/index.ts';
import { dictionaryFor } from '#modules/fields/index.ts';
import { briefFields } from '../contract.ts';
import { listPeople } from './people.ts';
import { upcomingDates } from './upcoming.ts';

registerBriefPart({
  key: 'people',
  permission: 'customer:read',
  async read(context, customerId) {
    const known = new Set((await dictionaryFor(context, 'contact')).fields.map((field) => field.key));
    const wanted = ['name', 'isPrimary', ...briefFields.beside, ...briefFields.preferences];
    const fields = wanted.filter((key) => known.has(key)).join();
    // One screen of a phone: the first to be met, the card knows all.
    return listPeople(context, { customerId, limit: 5, fields, sort: known.has('isPrimary') ? '-isPrimary' : 'name' });
  },
});
registerBriefPart({
  key: 'dates',
  permission: 'customer:read',
  read: (context, customerId) => upcomingDates(context, { customerId, days: 30, limit: 10 }),
});

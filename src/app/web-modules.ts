import { approvalsWeb } from '#modules/approvals/web/index.tsx';
import { collectionWeb } from '#modules/collection/web/index.tsx';
import { contactsWeb } from '#modules/contacts/web/index.tsx';
import { customersWeb } from '#modules/customers/web/index.tsx';
import { exchangeWeb } from '#modules/exchange/web/index.tsx';
import { fieldsWeb } from '#modules/fields/web/index.tsx';
import { operationsWeb } from '#modules/operations/web/index.tsx';
import { peopleWeb } from '#modules/people/web/index.tsx';
import type { WebModule } from '#ui/module.ts';

/** Every module of the web client. */
export const webModules: WebModule[] = [
  customersWeb,
  contactsWeb,
  approvalsWeb,
  collectionWeb,
  exchangeWeb,
  fieldsWeb,
  peopleWeb,
  operationsWeb,
];

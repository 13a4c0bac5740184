import { approvalsWeb } from '#modules/approvals/web/index.tsx';
import { collectionWeb } from '#modules/collection/web/index.tsx';
import { contactsWeb } from '#modules/contacts/web/index.tsx';
import { customersWeb } from '#modules/customers/web/index.tsx';
import { exchangeWeb } from '#modules/exchange/web/index.tsx';
import { fieldsWeb } from '#modules/fields/web/index.tsx';
import { materialsWeb } from '#modules/materials/web/index.tsx';
import { notificationsWeb } from '#modules/notifications/web/index.tsx';
import { operationsWeb } from '#modules/operations/web/index.tsx';
import { oversightWeb } from '#modules/oversight/web/index.tsx';
import { peopleWeb } from '#modules/people/web/index.tsx';
import { qualityWeb } from '#modules/quality/web/index.tsx';
import { segmentsWeb } from '#modules/segments/web/index.tsx';
import { tradeWeb } from '#modules/trade/web/index.tsx';
import { workWeb } from '#modules/work/web/index.tsx';
import type { WebModule } from '#ui/module.ts';

/** Every module of the web client. */
export const webModules: WebModule[] = [
  notificationsWeb,
  customersWeb,
  tradeWeb,
  contactsWeb,
  workWeb,
  materialsWeb,
  approvalsWeb,
  qualityWeb,
  collectionWeb,
  segmentsWeb,
  oversightWeb,
  exchangeWeb,
  fieldsWeb,
  peopleWeb,
  operationsWeb,
];

import { registerBriefPart } from '#modules/customers/index.ts';
import { listPurchases } from './purchases.ts';

registerBriefPart({
  key: 'purchases',
  permission: 'purchase:read',
  read: (context, customerId) => listPurchases(context, customerId, { limit: 5, state: 'active' }),
});

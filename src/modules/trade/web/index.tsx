import { lazy } from 'react';
import type { WebModule } from '#ui/module.ts';

const BriefPurchases = lazy(() => import('./brief-purchases.tsx'));
const PurchasesTab = lazy(() => import('./purchases-tab.tsx'));

export const tradeWeb: WebModule = {
  name: 'trade',
  routes: [
    { path: '/purchases/import', permission: 'purchase:create', load: () => import('./import-purchases-page.tsx') },
  ],
  commands: [
    {
      id: 'import-purchases',
      label: 'trade.importCommand',
      permission: 'purchase:create',
      path: '/purchases/import',
    },
  ],
  briefParts: [
    {
      key: 'purchases',
      label: 'trade.title',
      order: 40,
      component: BriefPurchases,
      empty: ({ totals, items }: { totals: { count: number }; items: unknown[] }) => totals.count + items.length === 0,
      tab: 'purchases',
    },
  ],
  customerTabs: [
    { key: 'purchases', label: 'trade.title', order: 40, permission: 'purchase:read', component: PurchasesTab },
  ],
};

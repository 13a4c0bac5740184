import { lazy } from 'react';
import type { WebModule } from '#ui/module.ts';

const ContactsTab = lazy(() => import('./contacts-tab.tsx'));

export const contactsWeb: WebModule = {
  name: 'contacts',
  routes: [],
  customerTabs: [
    { key: 'contacts', label: 'contacts.title', order: 10, permission: 'customer:read', component: ContactsTab },
  ],
};

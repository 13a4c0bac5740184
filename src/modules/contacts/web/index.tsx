import {
  ApartmentOutlined,
  ContactsOutlined,
  GiftOutlined,
  ShareAltOutlined,
  UsergroupAddOutlined,
} from '@ant-design/icons';
import { lazy } from 'react';
import type { WebModule } from '#ui/module.ts';

const BriefPeople = lazy(() => import('./brief-people.tsx'));
const BriefDates = lazy(() => import('./brief-dates.tsx'));
const ContactsTab = lazy(() => import('./contacts-tab.tsx'));
const OrganisationTab = lazy(() => import('./organisation-tab.tsx'));
const RelationsTab = lazy(() => import('./relations-tab.tsx'));
const BirthdaysToday = lazy(() => import('./birthdays-today.tsx'));
const PersonEntry = lazy(() => import('./timeline-entries.tsx'));
const RelationEntry = lazy(() =>
  import('./timeline-entries.tsx').then((module) => ({ default: module.RelationEntry })),
);

export { usePersonLine } from './known-people.tsx';

const permission = 'customer:read';
const noItems = ({ items }: { items: unknown[] }) => items.length === 0;

export const contactsWeb: WebModule = {
  name: 'contacts',
  routes: [
    { path: '/contacts', permission, load: () => import('./people-page.tsx') },
    { path: '/contacts/$id', permission, records: ['contact'], load: () => import('./contact-page.tsx') },
    { path: '/relations', permission, load: () => import('./relations-page.tsx') },
    { path: '/referrals', permission, load: () => import('./referrals-page.tsx') },
    { path: '/birthdays', permission, load: () => import('./birthdays-page.tsx') },
    { path: '/settings/relation-types', permission: 'relationType:manage', load: () => import('./types-page.tsx') },
  ],
  menu: [
    {
      path: '/contacts',
      label: 'contacts.title',
      icon: <ContactsOutlined aria-hidden />,
      permission,
      group: 'customers',
      order: 12,
    },
    {
      path: '/relations',
      label: 'relations.title',
      icon: <ShareAltOutlined aria-hidden />,
      permission,
      group: 'customers',
      order: 30,
    },
    {
      path: '/referrals',
      label: 'relations.referrals.title',
      icon: <UsergroupAddOutlined aria-hidden />,
      permission,
      group: 'customers',
      order: 31,
    },
    {
      path: '/birthdays',
      label: 'contacts.birthdays.title',
      icon: <GiftOutlined aria-hidden />,
      permission,
      group: 'customers',
      order: 32,
    },
    {
      path: '/settings/relation-types',
      label: 'relations.typesPage.title',
      icon: <ApartmentOutlined aria-hidden />,
      permission: 'relationType:manage',
      group: 'settings',
      order: 20,
    },
  ],
  commands: [
    { id: 'contacts', label: 'contacts.title', permission, path: '/contacts' },
    { id: 'relations', label: 'relations.title', permission, path: '/relations' },
    { id: 'referrals', label: 'relations.referrals.title', permission, path: '/referrals' },
    { id: 'birthdays', label: 'contacts.birthdays.title', permission, path: '/birthdays' },
    {
      id: 'relationTypes',
      label: 'relations.typesPage.title',
      permission: 'relationType:manage',
      path: '/settings/relation-types',
    },
  ],
  customerTabs: [
    { key: 'contacts', label: 'contacts.title', order: 10, permission, component: ContactsTab },
    { key: 'organisation', label: 'organisation.title', order: 11, permission, component: OrganisationTab },
    { key: 'relations', label: 'relations.title', order: 12, permission, component: RelationsTab },
  ],
  timeline: [
    { kind: 'contact' },
    { kind: 'employment', component: PersonEntry },
    { kind: 'relation', component: RelationEntry },
  ],
  briefParts: [
    {
      key: 'people',
      label: 'contacts.brief.people',
      order: 10,
      component: BriefPeople,
      empty: noItems,
      tab: 'contacts',
    },
    { key: 'dates', label: 'contacts.brief.dates', order: 60, component: BriefDates, empty: noItems, tab: 'contacts' },
  ],
  todayPanels: [{ key: 'birthdays', order: 60, permission, component: BirthdaysToday }],
};

import { BulbOutlined, FileAddOutlined, IdcardOutlined, ImportOutlined } from '@ant-design/icons';
import { lazy } from 'react';
import type { WebModule } from '#ui/module.ts';
import { formParts } from './forms/parts.tsx';

const BriefIntelligence = lazy(() => import('./intelligence/brief-intelligence.tsx'));
const IntakeToday = lazy(() => import('./intake/today-panel.tsx'));
const IntelligenceTab = lazy(() => import('./intelligence/intelligence-tab.tsx'));
const IntelligenceTimelineEntry = lazy(() => import('./intelligence/timeline-entry.tsx'));
const CaptureScanAction = lazy(() => import('./scan/capture-action.tsx'));
const ContactPictures = lazy(() => import('./scan/contact-pictures.tsx'));

export const collectionWeb: WebModule = {
  name: 'collection',
  routes: [
    ...formParts.routes,
    { path: '/imports', permission: 'import:run', load: () => import('./imports-page.tsx') },
    { path: '/intakes', permission: 'intake:read', load: () => import('./intake/intakes-page.tsx') },
    { path: '/intakes/new', permission: 'intake:collect', load: () => import('./intake/new-page.tsx') },
    { path: '/intakes/$id', records: ['intake'], load: () => import('./intake/intake-page.tsx') },
    { path: '/business-cards', permission: 'businessCard:scan', load: () => import('./scan/cards-page.tsx') },
    {
      path: '/business-cards/$id',
      permission: 'businessCard:scan',
      records: ['businessCard'],
      load: () => import('./scan/card-page.tsx'),
    },
    {
      path: '/intelligence',
      permission: 'intelligence:read',
      load: () => import('./intelligence/intelligence-page.tsx'),
    },
    {
      path: '/competitors',
      permission: 'intelligence:read',
      load: () => import('./intelligence/competitors-page.tsx'),
    },
    {
      path: '/competitors/$key',
      permission: 'intelligence:read',
      load: () => import('./intelligence/competitor-page.tsx'),
    },
    { path: '/imports/$id', permission: 'import:run', records: ['import'], load: () => import('./import-page.tsx') },
  ],
  menu: [
    ...formParts.menu,
    {
      path: '/intakes',
      label: 'collection.intake.title',
      icon: <FileAddOutlined aria-hidden />,
      permission: 'intake:read',
      group: 'collection',
      order: 10,
    },
    {
      path: '/imports',
      label: 'collection.title',
      icon: <ImportOutlined aria-hidden />,
      permission: 'import:run',
      group: 'collection',
      order: 20,
    },
    {
      path: '/business-cards',
      label: 'collection.scan.title',
      icon: <IdcardOutlined aria-hidden />,
      permission: 'businessCard:scan',
      group: 'collection',
      order: 30,
    },
    {
      path: '/intelligence',
      label: 'collection.intelligence.title',
      icon: <BulbOutlined aria-hidden />,
      permission: 'intelligence:read',
      group: 'collection',
      order: 60,
    },
  ],
  customerActions: formParts.customerActions,
  searches: [
    {
      key: 'intelligence',
      permission: 'intelligence:read',
      find: async (q, signal) => (await import('./intelligence/palette-search.ts')).findIntelligence(q, signal),
    },
  ],
  captureActions: [{ key: 'scan', permission: 'businessCard:scan', component: CaptureScanAction }],
  listActions: formParts.listActions,
  timeline: [...formParts.timeline, { kind: 'intelligence', component: IntelligenceTimelineEntry }],
  customerTabs: [
    {
      key: 'intelligence',
      label: 'collection.intelligence.title',
      order: 70,
      permission: 'intelligence:read',
      component: IntelligenceTab,
    },
  ],
  briefParts: [
    {
      key: 'intelligence',
      label: 'collection.intelligence.title',
      order: 50,
      component: BriefIntelligence,
      empty: ({ own, competitors }: { own: unknown[]; competitors: unknown[] }) =>
        own.length + competitors.length === 0,
      tab: 'intelligence',
    },
  ],
  contactPanels: [{ key: 'businessCards', order: 10, permission: 'customer:read', component: ContactPictures }],
  commands: [
    ...formParts.commands,
    {
      id: 'business-cards',
      label: 'collection.scan.title',
      keywords: 'mingpian OCR',
      permission: 'businessCard:scan',
      path: '/business-cards',
    },
    {
      id: 'intelligence',
      label: 'collection.intelligence.title',
      keywords: 'qingbao',
      permission: 'intelligence:read',
      path: '/intelligence',
    },
    {
      id: 'competitors',
      label: 'collection.intelligence.competitors',
      permission: 'intelligence:read',
      path: '/competitors',
    },
    { id: 'imports', label: 'collection.title', permission: 'import:run', path: '/imports' },
    { id: 'intakes', label: 'collection.intake.title', permission: 'intake:read', path: '/intakes' },
    { id: 'newIntake', label: 'collection.intake.new', permission: 'intake:collect', path: '/intakes/new' },
  ],
  todayPanels: [{ key: 'intake', order: 25, permission: 'intake:read', component: IntakeToday }],
};

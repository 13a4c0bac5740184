import { ExportOutlined } from '@ant-design/icons';
import { useNavigate } from '@tanstack/react-router';
import { lazy, useEffect } from 'react';
import type { WebModule } from '#ui/module.ts';

const ExportAction = lazy(() => import('./export-action.tsx'));
const ExportSheet = lazy(() => import('./export-sheet.tsx'));
const VcardAction = lazy(() => import('./vcard-action.tsx'));

/** Leads from the card's menu to the printable page. */
function PrintAction({ customerId, onClose }: { customerId: string; onClose(): void }) {
  const navigate = useNavigate();
  useEffect(() => {
    onClose();
    void navigate({ to: '/customers/$id/print', params: { id: customerId } });
  }, [customerId, navigate, onClose]);
  return null;
}

export const exchangeWeb: WebModule = {
  name: 'exchange',
  routes: [
    { path: '/exports', permission: 'customer:export', load: () => import('./exports-page.tsx') },
    { path: '/customers/$id/print', permission: 'customer:print', load: () => import('./print-page.tsx') },
  ],
  menu: [
    {
      path: '/exports',
      label: 'exchange.title',
      icon: <ExportOutlined aria-hidden />,
      permission: 'customer:export',
      group: 'collection',
      order: 70,
    },
  ],
  commands: [{ id: 'exports', label: 'exchange.title', permission: 'customer:export', path: '/exports' }],
  customerActions: [
    { key: 'vcard', label: 'exchange.vcard.title', permission: 'customer:export', component: VcardAction },
    { key: 'print', label: 'exchange.print.title', permission: 'customer:print', component: PrintAction },
  ],
  listActions: [{ key: 'export', permission: 'customer:export', component: ExportAction }],
  sheetExports: [{ key: 'sheet', permission: 'customer:export', component: ExportSheet }],
};

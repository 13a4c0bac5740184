import { CheckSquareOutlined } from '@ant-design/icons';
import type { WebModule } from '#ui/module.ts';

export const approvalsWeb: WebModule = {
  name: 'approvals',
  routes: [{ path: '/approvals', load: () => import('./approvals-page.tsx') }],
  menu: [{ path: '/approvals', label: 'approvals.title', icon: <CheckSquareOutlined />, group: 'work', order: 40 }],
  commands: [{ id: 'approvals', label: 'approvals.title', path: '/approvals' }],
};

import { FormOutlined, InboxOutlined } from '@ant-design/icons';
import { lazy } from 'react';
import type { WebModule } from '#ui/module.ts';

const RefreshAction = lazy(() => import('./refresh-action.tsx'));
const SendToSelected = lazy(() => import('./send-to-selected.tsx'));
const FormTimelineEntry = lazy(() => import('./timeline-entry.tsx'));

/** What forms bring to the web client. */
export const formParts = {
  routes: [
    { path: '/forms', permission: 'form:read', load: () => import('./forms-page.tsx') },
    { path: '/forms/$id', permission: 'form:read', records: ['form'], load: () => import('./form-page.tsx') },
    { path: '/forms/$id/paper', permission: 'form:read', load: () => import('./paper-page.tsx') },
    { path: '/forms/$id/typing', permission: 'form:type', load: () => import('./typing-page.tsx') },
    { path: '/form-answers', permission: 'form:review', load: () => import('./answers-page.tsx') },
    {
      path: '/form-answers/$id',
      permission: 'form:review',
      records: ['form_answer'],
      load: () => import('./answer-page.tsx'),
    },
    { path: '/f/$token', public: true, load: () => import('./public-page.tsx') },
  ],
  menu: [
    {
      path: '/forms',
      label: 'collection.forms.title',
      icon: <FormOutlined aria-hidden />,
      permission: 'form:read',
      group: 'collection',
      order: 40,
    },
    {
      path: '/form-answers',
      label: 'collection.forms.answers',
      icon: <InboxOutlined aria-hidden />,
      permission: 'form:review',
      group: 'collection',
      order: 50,
    },
  ],
  customerActions: [
    { key: 'refreshByForm', label: 'collection.forms.refresh', permission: 'form:send', component: RefreshAction },
  ],
  listActions: [{ key: 'sendForm', permission: 'form:send', component: SendToSelected }],
  timeline: [{ kind: 'form', component: FormTimelineEntry }],
  commands: [
    { id: 'forms', label: 'collection.forms.title', permission: 'form:read', path: '/forms' },
    { id: 'formAnswers', label: 'collection.forms.answers', permission: 'form:review', path: '/form-answers' },
  ],
} satisfies Partial<WebModule>;

import '#ui/style.css';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Navigate,
  Outlet,
  RouterProvider,
} from '@tanstack/react-router';
import { App as AntApp, ConfigProvider, theme } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import { lazy, StrictMode, Suspense, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { useTranslation } from 'react-i18next';
import { listCustomers, searchRecords } from '#modules/customers/contract.ts';
import { getDictionary } from '#modules/fields/contract.ts';
import { setupState } from '#modules/operations/contract.ts';
import { session as sessionEndpoint, signOut, updateMe } from '#modules/people/account-contract.ts';
import { userOptions } from '#modules/people/contract.ts';
import { loadDevice } from '#modules/work/web/index.tsx';
import { Problem } from '#shared/errors.ts';
import { call, sessionEnded, useEndpoint } from '#ui/api.ts';
import { LookupProvider, type Lookups } from '#ui/fields/lookups.tsx';
import { type Lang, label, startI18n } from '#ui/i18n.ts';
import { Loading, ProblemAlert } from '#ui/page.tsx';
import type { PaletteProvider } from '#ui/palette.tsx';
import { SessionProvider, useCan } from '#ui/session.tsx';
import { collectSlots, SlotProvider } from '#ui/slots.tsx';
import { NewVersion } from './new-version.tsx';
import { webModules } from './web-modules.ts';

// What the first page does without is fetched apart.
const Shell = lazy(() => import('#ui/shell.tsx').then((module) => ({ default: module.Shell })));
const SignInDialog = lazy(() =>
  import('#modules/people/web/sign-in-dialog.tsx').then((module) => ({ default: module.SignInDialog })),
);

const client = new QueryClient({
  defaultOptions: {
    queries: {
      // What was refused once is refused again; only what may pass by itself is tried again.
      retry: (failures, error) => failures < 1 && !(error instanceof Problem && error.status < 500),
      staleTime: 5000,
      refetchOnWindowFocus: false,
    },
  },
});

const provider: PaletteProvider = async (q, signal) => {
  const { items } = await call(searchRecords, { query: { q, limit: 12 }, signal });
  return items.map((item) => ({
    id: `${item.kind}-${item.id}`,
    title: item.title,
    detail: item.kind === 'contact' ? item.customerName : item.number,
    path: `/customers/${item.customerId}`,
  }));
};

const lookups: Lookups = {
  user: async (q) => (await call(userOptions, { query: q ? { q } : {} })).items,
  customer: async (q) => {
    const { items } = await call(listCustomers, { query: { ...(q ? { q } : {}), fields: 'name,number', limit: 20 } });
    return items.map((item) => ({ id: item.id, name: `${String(item.values.name ?? '')} ${item.number}` }));
  },
  section: async () => {
    const { sections } = await call(getDictionary);
    const mine = sections.filter((section) => section.object === 'customer').sort((a, b) => a.position - b.position);
    return mine.map((section) => ({ id: section.key, name: label(section.label) }));
  },
};
const slots = collectSlots(webModules);

function savedDark(): boolean {
  const saved = localStorage.getItem('kedang.theme');
  return saved ? saved === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
}

const darkChange = new EventTarget();

/** Darker than Ant Design's own where those fall short of 4.5 : 1 (WCAG 1.4.3). */
const lightColors = {
  colorPrimary: '#1554ad',
  colorInfo: '#1554ad',
  colorLink: '#1554ad',
  colorSuccess: '#176b30',
  colorWarning: '#8a5a00',
  colorError: '#c0262d',
  colorSuccessBg: '#e6f4ea',
  colorSuccessBorder: '#a8d5b5',
  colorWarningBg: '#fdf3d8',
  colorWarningBorder: '#ecd08a',
  colorErrorBg: '#fdecec',
  colorErrorBorder: '#f0b4b4',
  colorTextPlaceholder: '#6b7480',
  colorTextDescription: '#5b6470',
};
const darkColors = {
  colorPrimary: '#3f7fd0',
  colorLink: '#93c0fa',
  colorError: '#ff7875',
  colorTextPlaceholder: '#9aa4b1',
  colorTextDescription: '#a5aeba',
};

const darkComponents = {
  Button: { dangerColor: '#1d0f0f' },
  Tabs: { itemSelectedColor: '#8ab8f5', itemHoverColor: '#8ab8f5', itemActiveColor: '#8ab8f5', inkBarColor: '#8ab8f5' },
};

/** Pages that need a session: asks for it, and over an open page asks again when it ended. */
function SignedIn() {
  const { t } = useTranslation();
  const { modal } = AntApp.useApp();
  const [ended, setEnded] = useState(false);
  const [dark, setDark] = useState(savedDark);
  const session = useEndpoint(sessionEndpoint, {}, { retry: false, staleTime: 60_000 });
  const setup = useEndpoint(setupState, {}, { enabled: session.error?.status === 401 });
  useEffect(() => {
    const onEnd = () => setEnded(true);
    sessionEnded.addEventListener('ended', onEnd);
    return () => sessionEnded.removeEventListener('ended', onEnd);
  }, []);
  if (session.error?.status === 401 && !session.data) {
    if (setup.data) return <Navigate to={setup.data.needed ? '/setup' : '/sign-in'} replace />;
    return <Loading />;
  }
  // A page of its own: what is typed there must not be taken away when the network comes back.
  if (session.error?.status === 0 && !session.data)
    return <Navigate to="/offline" search={{ back: location.pathname + location.search }} replace />;
  if (session.error && !session.data)
    return <ProblemAlert problem={session.error} onRetry={() => void session.refetch()} />;
  if (!session.data) return <Loading />;
  const leave = async (userId: string) => {
    const device = await loadDevice();
    const waiting = await device.unsent(userId);
    if (waiting > 0) {
      const sure = await modal.confirm({
        title: t('work.carry.leaveTitle', { n: waiting }),
        content: t('work.carry.leaveText'),
        okText: t('work.carry.leaveAnyway'),
        okButtonProps: { danger: true },
        cancelText: t('ui.cancel'),
      });
      if (!sure) return;
    }
    await device.clearDevice().catch(() => {});
    await call(signOut).catch(() => {});
    client.clear();
    location.assign('/sign-in');
  };
  const changeDark = (value: boolean) => {
    setDark(value);
    localStorage.setItem('kedang.theme', value ? 'dark' : 'light');
    darkChange.dispatchEvent(new Event('change'));
  };
  return (
    <SessionProvider session={session.data}>
      <LookupProvider lookups={lookups}>
        <SlotProvider slots={slots}>
          <Shell
            menu={webModules.flatMap((module) => module.menu ?? [])}
            commands={webModules.flatMap((module) => module.commands ?? [])}
            provider={provider}
            dark={dark}
            onDark={changeDark}
            onLanguage={(lang: Lang) => void call(updateMe, { body: { lang } }).catch(() => {})}
            onSignOut={() => void leave(session.data.user.id)}
          />
          {ended ? (
            <Suspense fallback={null}>
              <SignInDialog
                onSignedIn={() => {
                  setEnded(false);
                  void client.invalidateQueries();
                }}
              />
            </Suspense>
          ) : null}
        </SlotProvider>
      </LookupProvider>
    </SessionProvider>
  );
}

const root = createRootRoute({ component: Outlet });
const signedIn = createRoute({ getParentRoute: () => root, id: 'signed-in', component: SignedIn });
const routes = webModules.flatMap((module) => module.routes);
const pages = (isPublic: boolean, parent: typeof root | typeof signedIn) =>
  routes
    .filter((route) => (route.public === true) === isPublic)
    .map((route) =>
      createRoute({
        getParentRoute: () => parent as typeof root,
        path: route.path,
        component: lazyRouteComponent(route.load),
      }),
    );
const home = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  component: Home,
});
/** The day of those who work with customers; who only administers begins where the menu does. */
function Home() {
  const can = useCan();
  return <Navigate to={can('customer:read') ? '/today' : '/customers'} replace />;
}
const router = createRouter({
  routeTree: root.addChildren([...pages(true, root), signedIn.addChildren([home, ...pages(false, signedIn)])]),
  defaultPendingComponent: Loading,
});

/** Whether the reader asked the system for less motion (WCAG 2.3.3). */
const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;

function Frame() {
  const { i18n } = useTranslation();
  const [dark, setDark] = useState(savedDark);
  useEffect(() => {
    const onChange = () => setDark(savedDark());
    darkChange.addEventListener('change', onChange);
    return () => darkChange.removeEventListener('change', onChange);
  }, []);
  useEffect(() => {
    document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  }, [dark]);
  return (
    <ConfigProvider
      locale={i18n.language === 'en-US' ? enUS : zhCN}
      theme={{
        components: dark ? darkComponents : {},
        algorithm: dark ? theme.darkAlgorithm : theme.defaultAlgorithm,
        token: {
          ...(dark ? darkColors : lightColors),
          borderRadius: 8,
          motion: !calm,
        },
      }}
    >
      <AntApp>
        <RouterProvider router={router} />
        <NewVersion />
      </AntApp>
    </ConfigProvider>
  );
}

await startI18n();
const element = document.getElementById('root');
if (element) {
  createRoot(element).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <Frame />
      </QueryClientProvider>
    </StrictMode>,
  );
}

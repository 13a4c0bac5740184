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
import { ConfigProvider, theme } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import { lazy, StrictMode, Suspense, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { useTranslation } from 'react-i18next';
import { session as sessionEndpoint } from '#modules/people/account-contract.ts';
import { Problem } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import { useEndpoint } from '#ui/api.ts';
import { startI18n } from '#ui/i18n.ts';
import { menuGroups } from '#ui/module.ts';
import { Loading, ProblemAlert } from '#ui/page.tsx';
import { useCan } from '#ui/session.tsx';
import { recall, remember } from '#ui/stored.ts';
import { letTabLeaveLists } from '#ui/tab-from-lists.ts';
import { NewVersion } from './new-version.tsx';
import { BrokenPage, NoPage } from './no-page.tsx';
import { webModules } from './web-modules.ts';

// What signing in does without is fetched apart.
const Frame = lazy(() => import('./frame.tsx'));

// Browsers give this only over https or on the machine itself; an office server reached by its address has no https.
crypto.randomUUID ??= newId as Crypto['randomUUID'];

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

function savedDark(): boolean {
  const saved = recall('kedang.theme');
  return saved ? saved === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
}

const darkChange = new EventTarget();

/** Darker than Ant Design's own where those fall short of 4.5 : 1 (WCAG 1.4.3). */
const lightColors = {
  colorPrimary: '#1554ad',
  colorInfo: '#1554ad',
  colorLink: '#1554ad',
  colorLinkHover: '#0f3f85',
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
  colorLinkHover: '#b9d6fc',
  colorError: '#ff7875',
  colorTextPlaceholder: '#9aa4b1',
  colorTextDescription: '#a5aeba',
};

const darkComponents = {
  Button: { dangerColor: '#1d0f0f' },
  Tabs: { itemSelectedColor: '#8ab8f5', itemHoverColor: '#8ab8f5', itemActiveColor: '#8ab8f5', inkBarColor: '#8ab8f5' },
};

/** Pages that need a session: without one it leads to where one is begun. */
function SignedIn() {
  const [dark, setDark] = useState(savedDark);
  const session = useEndpoint(sessionEndpoint, {}, { retry: false, staleTime: 60_000 });
  if (session.error?.status === 401 && !session.data) {
    const asked = location.pathname + location.search;
    return <Navigate to="/sign-in" search={asked === '/' ? {} : { back: asked }} replace />;
  }
  // A page of its own: what is typed there must not be taken away when the network comes back.
  if (session.error?.status === 0 && !session.data)
    return <Navigate to="/offline" search={{ back: location.pathname + location.search }} replace />;
  if (session.error && !session.data)
    return <ProblemAlert problem={session.error} onRetry={() => void session.refetch()} />;
  if (!session.data) return <Loading />;
  const changeDark = (value: boolean) => {
    setDark(value);
    remember('kedang.theme', value ? 'dark' : 'light');
    darkChange.dispatchEvent(new Event('change'));
  };
  return (
    <Suspense fallback={<Loading />}>
      <Frame session={session.data} dark={dark} onDark={changeDark} />
      <NewVersion />
    </Suspense>
  );
}

/** Pages that open without a network: somebody may come to one first, and never to the others. */
function Away() {
  return (
    <>
      <Outlet />
      <NewVersion />
    </>
  );
}

const root = createRootRoute({ component: Outlet });
const away = createRoute({ getParentRoute: () => root, id: 'away', component: Away });
const signedIn = createRoute({ getParentRoute: () => root, id: 'signed-in', component: SignedIn });
const routes = webModules.flatMap((module) => module.routes);
const pages = (kind: boolean | 'away', parent: typeof root | typeof signedIn | typeof away) =>
  routes
    .filter((route) => (route.public ?? false) === kind)
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
/** Where the menu begins: for those who work with customers, their day. */
function Home() {
  const can = useCan();
  const [first] = webModules
    .flatMap((module) => module.menu ?? [])
    .filter((item) => item.permission && can(item.permission))
    .sort((a, b) => menuGroups.indexOf(a.group) - menuGroups.indexOf(b.group) || a.order - b.order);
  return <Navigate to={first?.path ?? '/account'} replace />;
}
const nowhere = createRoute({ getParentRoute: () => signedIn, path: '$', component: NoPage });
const router = createRouter({
  routeTree: root.addChildren([
    ...pages(true, root),
    away.addChildren(pages('away', away)),
    signedIn.addChildren([home, nowhere, ...pages(false, signedIn)]),
  ]),
  defaultPendingComponent: Loading,
  defaultErrorComponent: BrokenPage,
});

/** Whether the reader asked the system for less motion (WCAG 2.3.3). */
const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;

function Client() {
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
      // antd parts two Chinese letters by a space, and the label a button shows is then not in its name (WCAG 2.5.3).
      button={{ autoInsertSpace: false }}
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
      <RouterProvider router={router} />
    </ConfigProvider>
  );
}

await startI18n();
letTabLeaveLists();
const element = document.getElementById('root');
if (element) {
  createRoot(element).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <Client />
      </QueryClientProvider>
    </StrictMode>,
  );
}

import { BulbOutlined, GlobalOutlined, MenuOutlined, SearchOutlined, UserOutlined } from '@ant-design/icons';
import { Link, Outlet, useLocation, useNavigate } from '@tanstack/react-router';
import { Button, Drawer, Grid } from 'antd';
import { lazy, Suspense, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Lang } from '#shared/languages.ts';
import { Choices } from './choices.tsx';
import { useFocusReturn } from './focus-return.ts';
import { setLanguage } from './i18n.ts';
import { Menu } from './menu.tsx';
import type { Command, MenuItem } from './module.ts';
import type { PaletteProvider } from './palette-items.ts';
import { useCan, useSession } from './session.tsx';
import { useSlots } from './slots.tsx';

const Palette = lazy(() => import('./palette.tsx').then((module) => ({ default: module.Palette })));

export interface ShellProps {
  menu: MenuItem[];
  commands: Command[];
  provider: PaletteProvider;
  dark: boolean;
  onDark(dark: boolean): void;
  onLanguage(lang: Lang): void;
  onSignOut(): void;
}

/** The frame around every page: menu, search, language, theme, account. */
export function Shell({ menu, commands, provider, dark, onDark, onLanguage, onSignOut }: ShellProps) {
  const { t, i18n } = useTranslation();
  const session = useSession();
  const can = useCan();
  const { topTools } = useSlots();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const [drawer, setDrawer] = useState(false);
  const [palette, setPalette] = useState(false);
  const early = useRef('');
  const phone = Grid.useBreakpoint().md === false;
  const main = useRef<HTMLElement>(null);

  const openPalette = useCallback(() => {
    early.current = '';
    setPalette(true);
  }, []);
  useEffect(() => {
    const open = (event: KeyboardEvent) => {
      const typing =
        event.target instanceof HTMLElement &&
        (event.target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName));
      if ((event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey)) || (event.key === '/' && !typing)) {
        event.preventDefault();
        openPalette();
      }
    };
    window.addEventListener('keydown', open);
    return () => window.removeEventListener('keydown', open);
  }, [openPalette]);

  // The palette is fetched when first opened; what is typed until its input stands goes there and nowhere else.
  useLayoutEffect(() => {
    if (!palette) return;
    const keep = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      if (event.key.length > 1 && event.key !== 'Backspace') return;
      const input = document.querySelector<HTMLInputElement>('.palette-input');
      if (input) return input.focus();
      if (event.key.length === 1) early.current += event.key;
      else early.current = early.current.slice(0, -1);
      event.preventDefault();
      event.stopPropagation();
    };
    window.addEventListener('keydown', keep, true);
    return () => window.removeEventListener('keydown', keep, true);
  }, [palette]);

  useFocusReturn();

  // A new page begins at its heading, also for the keyboard and screen readers.
  const first = useRef(true);
  useEffect(() => {
    setDrawer(false);
    if (first.current) first.current = false;
    else if (pathname) main.current?.focus();
  }, [pathname]);

  const items = menu.filter((item) => can(item.permission)).sort((a, b) => a.order - b.order);
  const named = new Set(commands.map((command) => command.path));
  const pages = items.filter((item) => !named.has(item.path)).map(({ path, label }) => ({ id: path, label, path }));
  const nav = <Menu items={items} />;
  const other: Lang = i18n.language === 'zh-CN' ? 'en-US' : 'zh-CN';
  const switchLanguage = () => {
    void setLanguage(other);
    onLanguage(other);
  };
  return (
    <div className="shell">
      <a className="skip" href="#main">
        {t('ui.skip')}
      </a>
      <header className="topbar">
        <Button
          className="only-phone"
          type="text"
          icon={<MenuOutlined aria-hidden />}
          aria-label={t('ui.menu')}
          onClick={() => setDrawer(true)}
        />
        <Link to="/" className="brand">
          {t('ui.product')}
        </Link>
        <button type="button" className="search-trigger" onClick={openPalette}>
          <SearchOutlined aria-hidden /> <span>{t('ui.searchPlaceholder')}</span>
          <kbd>Ctrl K</kbd>
        </button>
        {topTools.map(({ key, component: Tool }) => (
          <Suspense key={key} fallback={null}>
            <Tool />
          </Suspense>
        ))}
        <Button
          className="not-phone"
          type="text"
          icon={<GlobalOutlined aria-hidden />}
          aria-label={t('ui.otherLanguage')}
          onClick={switchLanguage}
        >
          {t('ui.otherLanguage')}
        </Button>
        <Button
          className="not-phone"
          type="text"
          icon={<BulbOutlined aria-hidden />}
          aria-label={t('ui.darkMode')}
          aria-pressed={dark}
          onClick={() => onDark(!dark)}
        />
        <Choices
          menu={{
            items: [
              ...(phone
                ? [
                    { key: 'language', label: t('ui.otherLanguage'), onClick: switchLanguage },
                    { key: 'dark', label: t('ui.darkMode'), onClick: () => onDark(!dark) },
                  ]
                : []),
              { key: 'account', label: t('ui.account'), onClick: () => void navigate({ to: '/account' }) },
              { key: 'out', label: t('ui.signOut'), onClick: onSignOut },
            ],
          }}
        >
          <Button
            type="text"
            icon={<UserOutlined aria-hidden />}
            aria-label={t('ui.accountOf', { name: session.user.name })}
          >
            <span className="not-phone">{session.user.name}</span>
          </Button>
        </Choices>
      </header>
      <aside className="sidebar not-phone">{nav}</aside>
      <Drawer open={drawer} placement="left" size={260} onClose={() => setDrawer(false)} title={t('ui.menu')}>
        {nav}
      </Drawer>
      <main id="main" ref={main} tabIndex={-1} className="main">
        <Outlet />
      </main>
      {palette ? (
        <Suspense fallback={null}>
          <Palette
            commands={[...pages, ...commands.filter((command) => can(command.permission))]}
            provider={provider}
            typed={early}
            onClose={() => setPalette(false)}
          />
        </Suspense>
      ) : null}
    </div>
  );
}

import { DownOutlined, RightOutlined } from '@ant-design/icons';
import { Link, useLocation } from '@tanstack/react-router';
import { useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type MenuGroup, type MenuItem, menuGroups } from './module.ts';
import { recall, remember } from './stored.ts';

const stored = 'kedang.menu';
/** Open until somebody closes them: what the day needs. */
const openAtFirst: MenuGroup[] = ['work', 'customers'];

function remembered(): Set<MenuGroup> {
  const saved = recall(stored);
  if (saved === null) return new Set(openAtFirst);
  return new Set(menuGroups.filter((group) => saved.split(',').includes(group)));
}

/** The pages one may open, under headings that fold and stay as they were left. */
export function Menu({ items }: { items: MenuItem[] }) {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const id = useId();
  const [open, setOpen] = useState(remembered);
  const current = items.find((item) => pathname === item.path || pathname.startsWith(`${item.path}/`));
  const group = current?.group;
  const here = useRef<HTMLAnchorElement>(null);
  // Where one is, one sees.
  useEffect(() => {
    if (group) setOpen((before) => (before.has(group) ? before : new Set([...before, group])));
  }, [group]);
  // After the heading has opened, which is one drawing later.
  const shownPath = group === undefined || group === 'main' || open.has(group) ? current?.path : undefined;
  useEffect(() => {
    if (shownPath) here.current?.scrollIntoView({ block: 'nearest' });
  }, [shownPath]);
  const toggle = (name: MenuGroup) => {
    const groups = new Set(open);
    if (!groups.delete(name)) groups.add(name);
    remember(stored, [...groups].join(','));
    setOpen(groups);
  };
  return (
    <nav aria-label={t('ui.menu')}>
      {menuGroups.map((name) => {
        const own = items.filter((item) => item.group === name);
        if (own.length === 0) return null;
        const shown = name === 'main' || open.has(name);
        return (
          <div key={name}>
            {name === 'main' ? null : (
              <button
                type="button"
                className="menu-title"
                aria-expanded={shown}
                aria-controls={`${id}-${name}`}
                onClick={() => toggle(name)}
              >
                {t(`ui.menuGroup.${name}`)}
                {shown ? <DownOutlined aria-hidden /> : <RightOutlined aria-hidden />}
              </button>
            )}
            <ul className="menu" id={`${id}-${name}`} hidden={!shown}>
              {own.map((item) => (
                <li key={item.path}>
                  <Link
                    to={item.path}
                    ref={item === current ? here : undefined}
                    className={item === current ? 'menu-link current' : 'menu-link'}
                    aria-current={item === current ? 'page' : undefined}
                  >
                    <span aria-hidden="true">{item.icon}</span>
                    <span>{t(item.label)}</span>
                  </Link>
                </li>
              ))}
            </ul>
          </div>
        );
      })}
    </nav>
  );
}

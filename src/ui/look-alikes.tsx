import { Link } from '@tanstack/react-router';
import { Alert } from 'antd';
import type { ReactNode } from 'react';

export interface LookAlike {
  id: string;
  name: string;
  page: '/customers/$id' | '/contacts/$id';
  /** What tells it apart, and why it may be the same. */
  about: string[];
}

/** A record known already that may be the one being entered. It opens beside the form, which keeps what was typed. */
export const LookAlikeLine = ({ item }: { item: LookAlike }) => (
  <>
    <Link to={item.page} params={{ id: item.id }} target="_blank">
      {item.name}
    </Link>{' '}
    <span className="muted">{item.about.join(' · ')}</span>
  </>
);

/** Records known already that may be the one being entered. `meanwhile`: kept in sight while a long form is filled in. */
export function LookAlikes({
  title,
  items,
  meanwhile = false,
  action,
  children,
}: {
  title: string;
  items: LookAlike[];
  meanwhile?: boolean;
  action?(item: LookAlike): ReactNode;
  children?: ReactNode;
}) {
  return (
    <Alert
      type="warning"
      showIcon
      role="alert"
      className={meanwhile ? 'found-meanwhile' : 'problem'}
      title={title}
      description={
        <>
          {items.length > 0 ? (
            <ul>
              {items.map((item) => (
                <li key={item.id}>
                  <LookAlikeLine item={item} /> {action?.(item)}
                </li>
              ))}
            </ul>
          ) : null}
          {children}
        </>
      }
    />
  );
}

import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Condition } from '#shared/conditions.ts';

/** A number that opens the customers behind it; `title` says to those who hear the page what it counts. */
export function CustomersLink({ filter, children, title }: { filter: Condition; children: ReactNode; title?: string }) {
  return (
    <Link to="/customers" search={{ filter }}>
      {title ? <span className="visually-hidden">{title} </span> : null}
      {children}
    </Link>
  );
}

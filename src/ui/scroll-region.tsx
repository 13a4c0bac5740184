import type { ReactNode } from 'react';

/** A wide table that scrolls sideways; in the tab order, so that the keyboard can scroll it (WCAG 2.1.1). */
export function ScrollRegion({
  name,
  className = '',
  children,
}: {
  name: string;
  className?: string;
  children: ReactNode;
}) {
  return (
    <section className={`scroll-x ${className}`} aria-label={name} tabIndex={0}>
      {children}
    </section>
  );
}

import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useSession } from '#ui/session.tsx';
import { listsAll, type Target } from '../governance-targets.ts';

export type Details = Extract<Target, { details: string }>['details'];

/** A number or word that opens what it stands for, or plain where the reader may not open that, or would find fewer there. */
export function Opens({
  target,
  counted = true,
  name,
  onDetails,
  children,
}: {
  target: Target | undefined;
  /** The figure is of the whole company. */
  counted?: boolean;
  name: string;
  onDetails?(details: Details): void;
  children: string;
}) {
  const { t } = useTranslation();
  const { grants } = useSession();
  const named = t('quality.open', { name, n: children });
  if (!target || (target.permission && !grants[target.permission])) return children;
  if ('details' in target)
    return (
      <Button type="link" className="figure-button" aria-label={named} onClick={() => onDetails?.(target.details)}>
        {children}
      </Button>
    );
  if (counted && !listsAll(target, grants)) return children;
  return (
    <Link to={target.path} search={target.search} aria-label={named}>
      {children}
    </Link>
  );
}

import { Link } from '@tanstack/react-router';
import type { RelationEnd } from '../relation-contract.ts';

/** Where a relation's end is opened. */
export function EndLink({ end }: { end: RelationEnd }) {
  if (end.kind === 'user') return <span>{end.name}</span>;
  return end.kind === 'customer' ? (
    <Link to="/customers/$id" params={{ id: end.id }}>
      {end.name}
    </Link>
  ) : (
    <Link to="/contacts/$id" params={{ id: end.id }}>
      {end.name}
    </Link>
  );
}

import { Link } from '@tanstack/react-router';

/** An approval on a customer's timeline: what was asked, leading to the request. */
export function ApprovalEntry({ entry }: { entry: { subjectId: string; data: Record<string, unknown> | null } }) {
  return (
    <div>
      <Link to="/approvals/$id" params={{ id: entry.subjectId }}>
        {String(entry.data?.title ?? '')}
      </Link>
    </div>
  );
}

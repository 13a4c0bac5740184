import { Link } from '@tanstack/react-router';
import { useCan } from '#ui/session.tsx';

/** Which form an entry of the timeline is about, with the way to its answer. */
export default function FormTimelineEntry({
  entry,
}: {
  entry: { kind: string; subjectId: string; data: Record<string, unknown> | null };
}) {
  const can = useCan();
  const title = String(entry.data?.title ?? '');
  const answer = entry.kind !== 'form.sent' && can('form:review');
  return (
    <div>
      {answer ? (
        <Link to="/form-answers/$id" params={{ id: entry.subjectId }}>
          {title}
        </Link>
      ) : (
        title
      )}
    </div>
  );
}

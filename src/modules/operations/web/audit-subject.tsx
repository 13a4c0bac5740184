import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { ResponseOf } from '#shared/endpoint.ts';
import { useCan } from '#ui/session.tsx';
import { useSlots } from '#ui/slots.tsx';
import type { listAudit } from '../contract.ts';

/** What an entry of the log is about: the record, with its page where there is one, and the customer it hangs on. */
export function Subject({ entry }: { entry: ResponseOf<typeof listAudit>['items'][number] }) {
  const { t } = useTranslation();
  const { subjectKind, subjectId, customerId, customerName } = entry;
  const kind = t(`operations.audit.subjects.${subjectKind}`, { defaultValue: subjectKind });
  return (
    <>
      {subjectKind === 'customer' && customerId ? null : <Record kind={subjectKind} id={subjectId} name={kind} />}
      {customerId ? (
        <span className="block">
          <Record kind="customer" id={customerId} name={customerName ?? customerId} />
        </span>
      ) : null}
    </>
  );
}

function Record({ kind, id, name }: { kind: string; id: string | null; name: string }) {
  const can = useCan();
  const page = useSlots().recordPages.get(kind);
  if (!id || !page || (page.permission && !can(page.permission))) return name;
  return page.path.includes('$id') ? (
    <Link to={page.path} params={{ id }}>
      {name}
    </Link>
  ) : (
    <Link to={page.path} search={{ [kind]: id }}>
      {name}
    </Link>
  );
}

import type { FieldDefinition } from '#shared/fields.ts';
import { useSend } from '#ui/api.ts';
import { HistoryDialog } from '#ui/fields/history-dialog.tsx';
import { usePages } from '#ui/load-more.tsx';
import { type ContactView, contactFieldHistory, restoreContactValue } from '../contract.ts';

interface FieldHistoryProps {
  contact: ContactView;
  field: FieldDefinition;
  onChange(contact: ContactView): void;
  onClose(): void;
}

export function FieldHistory({ contact, field, onChange, onClose }: FieldHistoryProps) {
  const params = { id: contact.id, key: field.key };
  const changes = usePages(contactFieldHistory, { params });
  const restore = useSend(restoreContactValue, ['/contacts/:id/fields']);
  const put = (eventId: string, done: () => void) => {
    const onSuccess = (next: ContactView) => {
      onChange(next);
      done();
    };
    restore.mutate({ params, ifMatch: contact.version, body: { eventId } }, { onSuccess });
  };
  return (
    <HistoryDialog
      field={field}
      labels={contact.labels}
      present={contact.values[field.key]}
      changes={changes}
      editable={contact.can.update}
      restoring={restore}
      onRestore={put}
      onClose={onClose}
    />
  );
}

import type { FieldDefinition } from '#shared/fields.ts';
import { useSend } from '#ui/api.ts';
import { HistoryDialog } from '#ui/fields/history-dialog.tsx';
import { usePages } from '#ui/load-more.tsx';
import { type CustomerCard, fieldHistory, restoreValue } from '../contract.ts';

interface FieldHistoryProps {
  card: CustomerCard;
  field: FieldDefinition;
  onChange(card: CustomerCard): void;
  onClose(): void;
}

export function FieldHistory({ card, field, onChange, onClose }: FieldHistoryProps) {
  const params = { id: card.id, key: field.key };
  const changes = usePages(fieldHistory, { params });
  const restore = useSend(restoreValue, ['/customers/:id/fields']);
  const put = (eventId: string, done: () => void) => {
    const onSuccess = (next: CustomerCard) => {
      onChange(next);
      done();
    };
    restore.mutate({ params, ifMatch: card.version, body: { eventId } }, { onSuccess });
  };
  return (
    <HistoryDialog
      field={field}
      labels={card.labels}
      present={card.values[field.key]}
      changes={changes}
      editable={card.can.update}
      restoring={restore}
      onRestore={put}
      onClose={onClose}
    />
  );
}

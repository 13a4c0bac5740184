import { useNavigate } from '@tanstack/react-router';
import { App, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CustomerKind } from '#shared/fields.ts';
import { useSend } from '#ui/api.ts';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { ProblemAlert } from '#ui/page.tsx';
import { raiseConflict, raiseConflictOf } from '../conflict-contract.ts';

const stale = ['/conflicts', '/approvals', '/customers/:id'];

/** Claims a customer of somebody else: from its card, or with what was typed when it may not be seen. */
export function ConflictDialog({
  customerId,
  typed,
  onClose,
}: {
  customerId?: string;
  typed?: { kind: CustomerKind; values: Record<string, unknown> };
  onClose(): void;
}) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const ofCard = useSend(raiseConflictOf, stale);
  const ofForm = useSend(raiseConflict, stale);
  const [statement, setStatement] = useState('');
  const problem = ofCard.error ?? ofForm.error;
  const { errors, rest } = atFields(problem, 'statement');
  const onSuccess = ({ id }: { id: string }) => {
    void message.success(t('customers.conflicts.raised'));
    onClose();
    void navigate({ to: '/conflicts/$id', params: { id } });
  };
  const send = () => {
    if (customerId) ofCard.mutate({ params: { id: customerId }, body: { statement } }, { onSuccess });
    else if (typed) ofForm.mutate({ body: { ...typed, statement } }, { onSuccess });
  };
  return (
    <Modal
      open
      title={t('customers.conflicts.raise')}
      okText={t('customers.conflicts.raise')}
      cancelText={t('ui.cancel')}
      okButtonProps={{ disabled: statement.trim() === '', loading: ofCard.isPending || ofForm.isPending }}
      onOk={send}
      onCancel={onClose}
    >
      <ProblemAlert problem={rest} />
      <p>{t('customers.conflicts.raiseText')}</p>
      <FormField
        id="conflict-statement"
        label={t('customers.conflicts.why')}
        help={t('customers.conflicts.whyHelp')}
        required
        error={errors.statement}
      >
        <Input.TextArea
          id="conflict-statement"
          autoSize={{ minRows: 3 }}
          maxLength={5000}
          value={statement}
          onChange={(event) => setStatement(event.target.value)}
        />
      </FormField>
    </Modal>
  );
}

/** The same as an entry of the card's menu. */
export default function ConflictAction({ customerId, onClose }: { customerId: string; onClose(): void }) {
  return <ConflictDialog customerId={customerId} onClose={onClose} />;
}

import { useMutation } from '@tanstack/react-query';
import { App, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Problem } from '#shared/errors.ts';
import { call } from '#ui/api.ts';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { RecordSelect } from '#ui/fields/record-select.tsx';
import { ProblemAlert } from '#ui/page.tsx';
import { type CustomerCard, getCustomer, updateCustomer } from '../contract.ts';
import { useCard } from './use-card.ts';

/** Puts a customer that is there under a dealer or into a household; one that hangs elsewhere moves. */
export function MemberDialog({ card, title, onClose }: { card: CustomerCard; title: string; onClose(): void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [id, setId] = useState<string | null>(null);
  const { accept } = useCard(card.id);
  const put = useMutation<CustomerCard, Problem>({
    mutationFn: async () => {
      const params = { id: id ?? '' };
      const { version } = await call(getCustomer, { params });
      return call(updateCustomer, { params, ifMatch: version, body: { values: { parentCustomerId: card.id } } });
    },
    onSuccess: () => {
      void message.success(t('ui.saved'));
      // Lists and timelines are read anew; the card itself is as it was.
      accept(card);
      onClose();
    },
  });
  const { errors, rest } = atFields(put.error, 'parentCustomerId');
  return (
    <Modal
      open
      title={title}
      okText={t('ui.save')}
      cancelText={t('ui.cancel')}
      okButtonProps={{ disabled: id === null }}
      confirmLoading={put.isPending}
      onCancel={onClose}
      onOk={() => put.mutate()}
    >
      <ProblemAlert problem={rest} />
      <FormField
        id="member"
        label={t('customers.member')}
        help={t('customers.memberHelp')}
        error={errors.parentCustomerId}
      >
        <RecordSelect id="member" kind="customer" value={id} onChange={setId} />
      </FormField>
    </Modal>
  );
}

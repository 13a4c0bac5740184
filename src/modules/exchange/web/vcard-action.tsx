import { App } from 'antd';
import { useEffect } from 'react';
import { save } from '#ui/api.ts';
import { customerVcard } from '../contract.ts';

/** Downloads the customer's people for a phone's address book. */
export default function VcardAction({ customerId, onClose }: { customerId: string; onClose(): void }) {
  const { message } = App.useApp();
  useEffect(() => {
    onClose();
    save(customerVcard, { params: { id: customerId }, query: {} }, 'people.vcf').catch(
      (problem: Error) => void message.error(problem.message),
    );
  }, [customerId, message, onClose]);
  return null;
}

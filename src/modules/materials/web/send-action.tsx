import { SendDialog } from './send-dialog.tsx';

/** From the card's menu: materials to people at the customer. */
export default function SendAction({ customerId, onClose }: { customerId: string; onClose(): void }) {
  return <SendDialog customerId={customerId} onClose={onClose} />;
}

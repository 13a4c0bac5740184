import TakeDialog from './take-dialog.tsx';

/** Takes the card that is open along. */
export default function CarryAction({ customerId, onClose }: { customerId: string; onClose(): void }) {
  return <TakeDialog customerIds={[customerId]} onClose={onClose} />;
}

import { NotePart } from './note-list.tsx';

/** Intelligence about one customer. */
export default function IntelligenceTab({ customerId }: { customerId: string }) {
  return <NotePart fixed={{ customerId }} initial={{ subject: 'customer', customerId }} />;
}

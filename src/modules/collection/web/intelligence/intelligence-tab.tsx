import { NoteList } from './note-list.tsx';

/** Intelligence about one customer. */
export default function IntelligenceTab({ customerId }: { customerId: string }) {
  return <NoteList fixed={{ customerId }} initial={{ subject: 'customer', customerId }} />;
}

import { createContext, type ReactNode, useContext } from 'react';

export interface Choice {
  id: string;
  name: string;
}
/** Records a field can link to. */
export type LinkKind = 'user' | 'customer' | 'contact';
/** Finds records that a field can point to; the app provides them, so that the design system knows no module. */
export interface Lookups {
  /** `blocked`: people who may no longer sign in are found too. */
  user(query: string, blocked?: boolean): Promise<Choice[]>;
  /** Names of records by id, as far as one may see them; at most 50 of a kind. */
  names(ids: Partial<Record<LinkKind, string[]>>): Promise<Record<string, string>>;
  /** `ownerId`: only those of this user. */
  customer(query: string, ownerId?: string): Promise<Choice[]>;
  contact(query: string): Promise<Choice[]>;
  /** All teams. */
  team(): Promise<Choice[]>;
  /** Sections of the customer card, by key. */
  section(): Promise<Choice[]>;
  /** Pictures that are values of fields: sending one gives its value, and where a value is fetched. */
  picture: { send(file: File): Promise<string>; address(id: string): string };
}

const none: Lookups = {
  user: async () => [],
  names: async () => ({}),
  customer: async () => [],
  contact: async () => [],
  team: async () => [],
  section: async () => [],
  picture: { send: async () => '', address: () => '' },
};
const LookupContext = createContext<Lookups>(none);

export function LookupProvider({ lookups, children }: { lookups: Lookups; children: ReactNode }) {
  return <LookupContext.Provider value={lookups}>{children}</LookupContext.Provider>;
}
export const useLookups = (): Lookups => useContext(LookupContext);

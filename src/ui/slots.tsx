import { createContext, type ReactNode, useContext } from 'react';
import type { CustomerTab, ListAction } from './module.ts';

/** What modules put into pages of a module that does not know them. */
export interface Slots {
  customerTabs: CustomerTab[];
  listActions: ListAction[];
}

const SlotContext = createContext<Slots>({ customerTabs: [], listActions: [] });
export function SlotProvider({ slots, children }: { slots: Slots; children: ReactNode }) {
  return <SlotContext.Provider value={slots}>{children}</SlotContext.Provider>;
}
export const useSlots = (): Slots => useContext(SlotContext);

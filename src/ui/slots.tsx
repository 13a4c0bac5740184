import { type ComponentType, createContext, type ReactNode, useContext } from 'react';
import type { Condition } from '#shared/conditions.ts';
import type { CustomerTab } from './module.ts';

/** Which customers a list shows, for actions on all of them. */
export interface ListSelection {
  query: { filter?: Condition; q?: string; state: 'active' | 'trashed'; ids?: string[] };
  fields: string[];
  sort: string;
}
export interface ListAction {
  key: string;
  permission?: string;
  component: ComponentType<{ selection: ListSelection }>;
}
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

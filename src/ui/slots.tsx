import { createContext, type ReactNode, useContext } from 'react';
import type { WebModule, WebRoute } from './module.ts';

/** What modules put into pages of a module that does not know them. */
export type Slots = Required<
  Pick<
    WebModule,
    | 'customerTabs'
    | 'listActions'
    | 'customerPanels'
    | 'contactPanels'
    | 'customerActions'
    | 'captureActions'
    | 'searches'
    | 'timeline'
    | 'briefParts'
    | 'todayPanels'
    | 'sheetExports'
    | 'topTools'
  >
> & { recordPages: Map<string, WebRoute> };

const empty: Slots = {
  customerTabs: [],
  listActions: [],
  customerPanels: [],
  contactPanels: [],
  customerActions: [],
  captureActions: [],
  searches: [],
  timeline: [],
  briefParts: [],
  todayPanels: [],
  sheetExports: [],
  topTools: [],
  recordPages: new Map(),
};

const byOrder = (a: { order: number }, b: { order: number }) => a.order - b.order;

/** Everything the modules offer for others' pages, in the order it is shown. */
export function collectSlots(modules: WebModule[]): Slots {
  return {
    customerTabs: modules.flatMap((module) => module.customerTabs ?? []).sort(byOrder),
    listActions: modules.flatMap((module) => module.listActions ?? []),
    customerPanels: modules.flatMap((module) => module.customerPanels ?? []).sort(byOrder),
    contactPanels: modules.flatMap((module) => module.contactPanels ?? []).sort(byOrder),
    customerActions: modules.flatMap((module) => module.customerActions ?? []),
    searches: modules.flatMap((module) => module.searches ?? []),
    captureActions: modules.flatMap((module) => module.captureActions ?? []),
    timeline: modules.flatMap((module) => module.timeline ?? []),
    briefParts: modules.flatMap((module) => module.briefParts ?? []).sort(byOrder),
    todayPanels: modules.flatMap((module) => module.todayPanels ?? []).sort(byOrder),
    sheetExports: modules.flatMap((module) => module.sheetExports ?? []),
    topTools: modules.flatMap((module) => module.topTools ?? []),
    recordPages: new Map(
      modules.flatMap((module) =>
        module.routes.flatMap((route) => (route.records ?? []).map((kind) => [kind, route] as const)),
      ),
    ),
  };
}

const SlotContext = createContext<Slots>(empty);
export function SlotProvider({ slots, children }: { slots: Slots; children: ReactNode }) {
  return <SlotContext.Provider value={slots}>{children}</SlotContext.Provider>;
}
export const useSlots = (): Slots => useContext(SlotContext);

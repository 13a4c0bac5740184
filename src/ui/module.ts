import type { ComponentType, ReactNode } from 'react';
import type { Condition } from '#shared/conditions.ts';
import type { PaletteProvider } from './palette-items.ts';

/** A page of a module; its code is loaded when it is first opened. */
export interface WebRoute {
  /** TanStack Router path, e.g. `/customers/$id`. */
  path: string;
  load: () => Promise<{ default: ComponentType }>;
  /** Permission without which the page is not offered; the server decides anyway. */
  permission?: string;
  /** Kinds of records the page shows, as the log names them: entries about them lead here. */
  records?: string[];
  /** Reachable without a session (sign-in, set-up); `away`: also without a network, so whoever opens it keeps what it needs. */
  public?: boolean | 'away';
}

/** Headings of the side bar, in this order; `main` has none. */
export const menuGroups = ['main', 'work', 'customers', 'collection', 'quality', 'analysis', 'settings'] as const;
export type MenuGroup = (typeof menuGroups)[number];

export interface MenuItem {
  path: string;
  /** Translation key. */
  label: string;
  icon: ReactNode;
  permission?: string;
  group: MenuGroup;
  order: number;
}

/** An action of the command palette; pages of the menu are there without being named again. */
export interface Command {
  id: string;
  label: string;
  keywords?: string;
  permission?: string;
  path: string;
}

/** A tab of the customer page, put there by the module that owns its content. */
export interface CustomerTab {
  key: string;
  label: string;
  order: number;
  permission?: string;
  component: ComponentType<{ customerId: string }>;
}

/** A small panel beside the sections of a customer's card: countdown, completeness, duplicates, next steps … */
export interface CustomerPanel {
  key: string;
  order: number;
  permission?: string;
  component: ComponentType<{ customerId: string }>;
}

/** A panel of a person's card. */
export interface ContactPanel {
  key: string;
  order: number;
  permission?: string;
  component: ComponentType<{ contactId: string }>;
}

/** An entry of the "more" menu of a customer's card; `component` is its dialog. */
export interface CustomerAction {
  key: string;
  label: string;
  permission?: string;
  component: ComponentType<{ customerId: string; onClose(): void }>;
}

/** Records of a module the palette finds beside customers and people. */
export interface PaletteSearch {
  key: string;
  permission: string;
  find: PaletteProvider;
}

/** A button on a quick capture with a photo. */
export interface CaptureAction {
  key: string;
  permission?: string;
  component: ComponentType<{ captureId: string; title: string }>;
}

/** How the timeline shows events of one kind (`kind` is the part before the dot: `visit`, `minutes` …). */
export interface TimelineKind {
  kind: string;
  component?: ComponentType<{ entry: { kind: string; subjectId: string; data: Record<string, unknown> | null } }>;
}

/** A panel of the Today page. `roles` is not needed: the permission decides who sees it. */
export interface TodayPanel {
  key: string;
  order: number;
  permission?: string;
  component: ComponentType;
}

/**
 * A part of the brief read before a visit. `data` is what the module's part of the same key gave on the server; without the
 * permission there is none and the part is not shown.
 */
export interface BriefPart {
  key: string;
  label: string;
  order: number;
  component: ComponentType<{ customerId: string; data: unknown }>;
  /** Whether there is nothing to tell: then the part is only named, with the way to its tab of the card. */
  empty(data: never): boolean;
  tab?: string;
}

/** Which customers a list shows, for actions on all of them. */
export interface ListSelection {
  query: { filter?: Condition; q?: string; state: 'active' | 'trashed'; ids?: string[] };
  fields: string[];
  sort: string;
}
/** An action on the customers a list shows. */
export interface ListAction {
  key: string;
  permission?: string;
  component: ComponentType<{ selection: ListSelection }>;
}

/** How a list of another module leaves as a sheet: `source` names the registered export source, `query` which of its records. */
export interface SheetExport {
  key: string;
  permission?: string;
  component: ComponentType<{ source: string; query: Record<string, unknown> }>;
}

/** What a business module gives the web client; `src/app/web-modules.ts` lists them. */
export interface WebModule {
  name: string;
  routes: WebRoute[];
  menu?: MenuItem[];
  commands?: Command[];
  customerTabs?: CustomerTab[];
  listActions?: ListAction[];
  customerPanels?: CustomerPanel[];
  contactPanels?: ContactPanel[];
  customerActions?: CustomerAction[];
  captureActions?: CaptureAction[];
  searches?: PaletteSearch[];
  timeline?: TimelineKind[];
  briefParts?: BriefPart[];
  todayPanels?: TodayPanel[];
  sheetExports?: SheetExport[];
  /** Small tools at the right of the top bar (bell …). */
  topTools?: { key: string; component: ComponentType }[];
}

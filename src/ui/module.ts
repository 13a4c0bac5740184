import type { ComponentType, ReactNode } from 'react';
import type { Condition } from '#shared/conditions.ts';

/** A page of a module; its code is loaded when it is first opened. */
export interface WebRoute {
  /** TanStack Router path, e.g. `/customers/$id`. */
  path: string;
  load: () => Promise<{ default: ComponentType }>;
  /** Permission without which the page is not offered; the server decides anyway. */
  permission?: string;
  /** Reachable without a session (sign-in, set-up). */
  public?: boolean;
}

export interface MenuItem {
  path: string;
  /** Translation key. */
  label: string;
  icon: ReactNode;
  permission?: string;
  /** 'main' shows in the side bar, 'settings' below the settings heading. */
  group: 'main' | 'settings';
  order: number;
}

/** An action of the command palette. */
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

/** What a business module gives the web client; `src/app/web-modules.ts` lists them. */
export interface WebModule {
  name: string;
  routes: WebRoute[];
  menu?: MenuItem[];
  commands?: Command[];
  customerTabs?: CustomerTab[];
  listActions?: ListAction[];
}

import type { Channel } from '../contract.ts';

export interface NotificationType {
  /** As given to `notify`; its name on the settings page is `notifications.typeNames.<type>` in the module's locale files. */
  type: string;
  /** Where it goes unless the user chose otherwise. */
  channels?: Channel[];
}

const types = new Map<string, Channel[]>();

/** A module tells which notices it sends, so that users can choose how to get them; called once while modules load. */
export function registerNotificationType(...more: NotificationType[]): void {
  for (const { type, channels } of more) types.set(type, channels ?? ['app']);
}

export const notificationTypes = (): { type: string; channels: Channel[] }[] =>
  [...types].map(([type, channels]) => ({ type, channels }));

/** A notice nobody can choose the channels of is a mistake of the module that sends it. */
export function requireRegistered(type: string): void {
  if (!types.has(type)) throw new Error(`notices of type ${type} are not registered`);
}

/** Channels of a type for somebody with these choices. */
export const channelsOf = (type: string, chosen: Record<string, Channel[]>): Channel[] =>
  chosen[type] ?? types.get(type) ?? ['app'];

import type { TFunction } from 'i18next';

const own = ['restore', 'undo'];

/** Why something was changed: in the words of who did it, or in ours where the app noted that a value was put back. */
export const reasonText = (t: TFunction, reason: string | null): string | null =>
  reason && own.includes(reason) ? t(`ui.reason.${reason}`) : reason;

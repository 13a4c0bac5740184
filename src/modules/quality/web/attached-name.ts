import type { TFunction } from 'i18next';

/** What hangs on a customer or person, by its table, in words; of what nobody asks for only that it is. */
export const attachedName = (t: TFunction, relation: string): string =>
  t(`quality.duplicates.relation.${relation}`, { defaultValue: t('quality.duplicates.relation.other') });

import type { TFunction } from 'i18next';

/** Size of a file as people read it. */
export const sizeText = (bytes: number, t: TFunction): string =>
  bytes < 1024 * 1024
    ? t('materials.bytes.kb', { n: Math.max(1, Math.round(bytes / 1024)) })
    : t('materials.bytes.mb', { n: (bytes / 1024 / 1024).toFixed(1) });

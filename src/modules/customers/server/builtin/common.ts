import { optionsFrom } from '#modules/fields/index.ts';
import type { CustomerKind } from '#shared/fields.ts';

export const organisations: CustomerKind[] = ['company', 'government', 'special', 'partner'];
export const persons: CustomerKind[] = ['individual'];
export const homes: CustomerKind[] = ['individual', 'household'];

export const level = optionsFrom([
  ['high', '高', 'High'],
  ['medium', '中', 'Medium'],
  ['low', '低', 'Low'],
]);
export const quality = optionsFrom([
  ['good', '好', 'Good'],
  ['fair', '一般', 'Fair'],
  ['poor', '差', 'Poor'],
]);

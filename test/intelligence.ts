import { companyDay } from './company-day.ts';

/** An item of intelligence about a customer, as it is recorded. */
export const intelligenceNote = (customerId: string, more: object = {}) => ({
  subject: 'customer',
  customerId,
  item: '计划明年扩建二期厂房',
  method: 'visit',
  reliability: 'B',
  credibility: 2,
  collectedOn: companyDay(-3),
  ...more,
});

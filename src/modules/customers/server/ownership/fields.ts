import { extendObject, fieldsOf } from '#modules/fields/index.ts';

const plain = { weight: 0, sensitivity: 'open' } as const;

/** Who has the customer and how long, as facts on the card: usable in every list, condition, export and report. */
extendObject('customer', {
  sections: [{ key: 'ownership', zh: '归属', en: 'Ownership' }],
  fields: fieldsOf('ownership', [
    ['pool', 'choice', '所在公海', 'Public pool', plain],
    ['homePool', 'choice', '归还公海', 'Returns to pool', plain],
    ['claimedAt', 'datetime', '归属时间', 'Owned since', plain],
    ['returnDueOn', 'date', '归还期限', 'Return due', plain],
    ['lockedUntil', 'date', '锁定至', 'Locked until', plain],
  ]),
});

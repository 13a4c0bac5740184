import type { Operator } from './conditions.ts';
import type { FieldType } from './fields.ts';

const presence: Operator[] = ['empty', 'notEmpty'];
const text: Operator[] = ['contains', 'notContains', 'eq', 'ne', 'startsWith', 'in', 'notIn', ...presence];
const number: Operator[] = ['eq', 'ne', 'lt', 'lte', 'gt', 'gte', 'between', ...presence];
const day: Operator[] = [
  'eq',
  'ne',
  'lt',
  'lte',
  'gt',
  'gte',
  'between',
  'withinLast',
  'olderThan',
  'withinNext',
  ...presence,
];
const key: Operator[] = ['in', 'notIn', 'eq', 'ne', ...presence];
const list: Operator[] = ['contains', 'notContains', ...presence];

const table: Record<FieldType, Operator[]> = {
  text,
  longtext: text,
  email: text,
  url: text,
  number,
  money: number,
  score: number,
  boolean: ['eq', ...presence],
  date: day,
  datetime: day,
  lunarDate: presence,
  picture: presence,
  choice: key,
  country: key,
  customer: key,
  contact: key,
  user: ['isMe', 'inTeam', ...key],
  region: ['under', ...presence],
  multichoice: list,
  texts: list,
  phone: list,
  phones: list,
  emails: list,
  urls: list,
  addresses: list,
};

const unordered: readonly FieldType[] = [
  ...(['phones', 'emails', 'urls', 'addresses', 'texts', 'multichoice', 'lunarDate', 'longtext', 'picture'] as const),
];
/** Whether lists offer to be ordered by a field of the type: by texts of many lines, several values or pictures nobody looks anything up. */
export const isOrdered = (type: FieldType): boolean => !unordered.includes(type);

/** Operators of a field type, the most natural first; the client offers and the server accepts exactly these. */
export const operatorsFor = (type: FieldType): Operator[] => table[type];

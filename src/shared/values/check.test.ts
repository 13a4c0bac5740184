import { describe, expect, it } from 'vitest';
import { type FieldDefinition, fieldTypeKeys } from '../fields.ts';
import { checkValue } from './check.ts';

const context = { country: 'CN', currency: 'CNY', timeZone: 'Asia/Shanghai', today: '2026-11-27' };
const field = (type: FieldDefinition['type']) => ({ type, rules: {}, options: [] }) as unknown as FieldDefinition;

describe('a text longer than any value', () => {
  // The patterns that take a value apart would work on these for minutes: the test would not end.
  const long = ['x', '1', '<', '"', 'a@', ' 0', '0.0', '(', '汉'].map((part) => `${part.repeat(300_000)}\u0001`);

  it.each(fieldTypeKeys)('is refused as %s at once, alone and in a list', (type) => {
    for (const text of long) {
      expect(checkValue(field(type), text, context).ok).toBe(false);
      expect(checkValue(field(type), [text], context).ok).toBe(false);
    }
  });

  it('says how long it may be', () => {
    expect(checkValue(field('emails'), 'x'.repeat(20_001), context)).toMatchObject({
      code: 'input.tooLong',
      params: { maximum: 20_000 },
    });
  });
});

import { describe, expect, it } from 'vitest';
import { cursorOf, cursorPart, cursorParts } from './cursor.ts';
import { newId } from './ids.ts';

describe('a cursor of several parts', () => {
  const id = newId();

  it('comes back as it was given, also with Chinese names and empty parts', () => {
    expect(cursorParts(cursorOf('2026-03-01', id), cursorPart.day, cursorPart.id)).toEqual(['2026-03-01', id]);
    expect(cursorParts(cursorOf('王小丽 wang', id), cursorPart.text, cursorPart.id)).toEqual(['王小丽 wang', id]);
    expect(cursorParts(cursorOf('', id), cursorPart.oneOf(''), cursorPart.id)).toEqual(['', id]);
    expect(cursorParts(cursorOf(-0.5, 7n, id), cursorPart.number, cursorPart.count, cursorPart.id)).toEqual([
      '-0.5',
      '7',
      id,
    ]);
  });

  it('is refused unless every part is what it must be: the database never sees the rest', () => {
    const day = [cursorPart.day, cursorPart.id] as const;
    const wrong: [string, ...((text: string) => boolean)[]][] = [
      ['', ...day],
      ['x', ...day],
      [cursorOf('2026-02-30', id), ...day],
      [cursorOf('2026-99-99', id), ...day],
      [cursorOf('2026-03-01', '-'.repeat(36)), ...day],
      [cursorOf('2026-03-01', id, 'more'), ...day],
      [cursorOf('2026-03-01'), ...day],
      [cursorOf('2026-03-01T99:00Z', id), cursorPart.instant, cursorPart.id],
      [cursorOf('9'.repeat(19), id), cursorPart.count, cursorPart.id],
      [cursorOf('1e999', id), cursorPart.number, cursorPart.id],
      [cursorOf('a\0b', id), cursorPart.text, cursorPart.id],
      [cursorOf('moved', id), cursorPart.oneOf('entered', 'left'), cursorPart.id],
    ];
    for (const [cursor, ...shapes] of wrong)
      expect(() => cursorParts(cursor, ...shapes), JSON.stringify(cursor)).toThrow(
        expect.objectContaining({ code: 'cursor.invalid', status: 400 }),
      );
  });
});

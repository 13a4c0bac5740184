import { describe, expect, it } from 'vitest';
import { checkLunarDate } from '../dates/lunar.ts';
import { parseLunarText } from '../dates/lunar-text.ts';
import { checkIdCard, checkUscc } from './codes.ts';
import { checkPhone } from './phone.ts';

const code = (result: { ok: boolean; code?: string; value?: unknown }) => (result.ok ? result.value : result.code);

describe('published vectors', () => {
  it.each([
    ['91350100M000100Y43', '91350100M000100Y43'],
    [' 91350100m000100y43 ', '91350100M000100Y43'],
    ['９１３３０１００７９９６５５０５８Ｂ', '91330100799655058B'],
    ['913501001000000010', '913501001000000010'],
    ['91350100M000100Y44', 'uscc.checkDigit'],
    ['91350100M000100Y4Z', 'uscc.characters'],
    ['91350100M000100Y4', 'uscc.length'],
  ])('of credit codes: %s', (text, expected) => expect(code(checkUscc(text))).toBe(expected));

  it.each([
    ['11010519491231002X', '11010519491231002X'],
    ['11010519491231002x', '11010519491231002X'],
    ['440524188001010014', '440524188001010014'],
    ['110101200002290018', '110101200002290018'],
    ['110101190002290018', 'idCard.birthDate'],
    ['110101200013010018', 'idCard.birthDate'],
    ['110105194912310021', 'idCard.checkDigit'],
    ['1101051949123100', 'idCard.format'],
  ])('of identity cards: %s', (text, expected) => expect(code(checkIdCard(text))).toBe(expected));

  it.each([
    ['138 0013 8000', 'CN', '+8613800138000'],
    ['0571-88888888', 'CN', '+8657188888888'],
    ['010 62345678', 'CN', '+861062345678'],
    ['00852 2345 6789', 'CN', '+85223456789'],
    ['+853 2833 3333', 'CN', '+85328333333'],
    ['400-820-8820', 'CN', null],
    ['95588', 'CN', null],
  ])('of phones: %s in %s', (text, country, expected) => {
    const checked = checkPhone(text, country);
    expect(checked.ok && checked.value.e164).toBe(expected);
  });
  it.each(['12800138000', '12', 'abc', '1380013800'])('refuse the phone %s', (text) =>
    expect(checkPhone(text).ok).toBe(false),
  );

  it.each([
    [{ year: 2023, month: 2, day: 1, leap: true }, true],
    [{ year: 2024, month: 2, day: 1, leap: true }, false],
    [{ year: 2020, month: 4, day: 29, leap: true }, true],
    [{ month: 12, day: 30, leap: false }, true],
    [{ month: 13, day: 1, leap: false }, false],
    [{ month: 1, day: 31, leap: false }, false],
  ])('of lunar days: %j', (value, exists) => expect(checkLunarDate(value).ok).toBe(exists));
  it('of lunar days as people write them', () => {
    expect(parseLunarText('1990年闰五月初三')).toEqual({ year: 1990, month: 5, day: 3, leap: true });
    expect(parseLunarText('腊月廿三')).toEqual({ month: 12, day: 23, leap: false });
    expect(parseLunarText('农历8月15')).toEqual({ month: 8, day: 15, leap: false });
  });
});

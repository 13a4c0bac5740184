import { describe, expect, it } from 'vitest';
import { parseDay } from '../dates/day.ts';
import { checkLunarDate } from '../dates/lunar.ts';
import { formatLunar, parseLunarText } from '../dates/lunar-text.ts';
import { parseCountry } from '../reference/countries.ts';
import { checkPhones } from '../values/points.ts';
import { checkIdCard, checkUscc } from './codes.ts';
import { splitEmails } from './internet.ts';
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
    expect(parseLunarText('1990-闰5-3')).toEqual({ year: 1990, month: 5, day: 3, leap: true });
    expect(parseLunarText('1990, leap month 5, day 3')).toEqual({ year: 1990, month: 5, day: 3, leap: true });
    for (const strange of ['1990-5', 'month 5', '1990, leap month, day 3', '五月', '1990-05-03x'])
      expect(parseLunarText(strange)).toBeUndefined();
  });
  it('of lunar days as they are shown, in both languages', () => {
    for (let month = 1; month <= 12; month += 1)
      for (let day = 1; day <= 30; day += 1)
        for (const year of [{}, { year: 1988 }])
          for (const leap of [false, true])
            for (const lang of ['zh-CN', 'en-US']) {
              const value = { ...year, month, day, leap };
              expect(parseLunarText(formatLunar(value, lang))).toEqual(value);
            }
  });
});

describe('values as strangers write them into a sheet', () => {
  it.each([
    ['+86 138-0013-8000 / 010-62345678转801', [['+8613800138000'], ['+861062345678 ext. 801']]],
    ['手机：13800138000（王总）、T. 010-62345678-12', [['+8613800138000', '王总'], ['+861062345678 ext. 12']]],
    ['李工 13800138000 13900139000', [['+8613800138000', '李工'], ['+8613900139000']]],
    ['Tel: 0571-84580531/84580532', [['+8657184580531'], ['+8657184580532']]],
    ['M: +44 20 7946 0958\n+49 (0)30 901820', [['+442079460958'], ['+4930901820']]],
    ['1380013800（王总）', [['1380013800', '王总', false]]],
  ])('phones %s', (text, expected) => {
    const checked = checkPhones(text, 'CN');
    expect(checked.ok && checked.value.map(({ value, note, valid }) => [value, note, valid])).toEqual(
      expected.map(([value, note, valid = true]) => [value, note, valid]),
    );
  });

  it.each([
    ['a@b.cn；ｃ＠ｄ．ｃｎ', ['a@b.cn', 'c@d.cn']],
    ['"Li, Lei" <li@lei.cn>, Han Mei <han@mei.cn>', ['li@lei.cn', 'han@mei.cn']],
    ['mailto:a@b.cn\nx@y.cn', ['mailto:a@b.cn', 'x@y.cn']],
    ['li@lei.cn <li@lei.cn>', ['li@lei.cn', 'li@lei.cn']],
    ['a@b.cn 韩梅<han@mei.cn>x@y.cn', ['a@b.cn', 'han@mei.cn', 'x@y.cn']],
    ['x'.repeat(400_000), ['x'.repeat(400_000)]],
  ])('emails %s', (text, expected) => expect(splitEmails(text)).toEqual(expected));

  it.each([
    '2026/11/5 13:30',
    '2026年11月5号',
    '5th November 2026',
    'Thu, 5 Nov 2026',
    'Nov 5, 2026',
    '周四 2026.11.05',
    '20261105',
    '2026-11-05 下午 1:30:00',
  ])('the day %s', (text) => expect(code(parseDay(text, 'Asia/Shanghai'))).toBe('2026-11-05'));
  it.each([
    ['05/11/2026', 'date.ambiguous'],
    ['2026-11', 'date.format'],
    ['2026-11-05 25:00', 'date.format'],
    ['5 Nov 26', 'date.format'],
    ['2026-02-30', 'date.noSuchDay'],
  ])('no day: %s', (text, expected) => expect(code(parseDay(text, 'Asia/Shanghai'))).toBe(expected));

  it.each([
    ['DE', ['Deutschland', 'Alemania', 'ドイツ', 'Германия', '德國', 'germany']],
    ['US', ['U.S.A.', 'The United States', 'Estados Unidos', 'アメリカ合衆国']],
    ['CI', ["Cote d'Ivoire", 'Ivory Coast']],
    ['HK', ['中国香港', 'Hong Kong']],
    [undefined, ['火星', '亚洲', '', 'constructor']],
  ])('countries: %s', (expected, names) => expect(names.map(parseCountry)).toEqual(names.map(() => expected)));
});

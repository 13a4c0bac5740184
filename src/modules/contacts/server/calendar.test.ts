import { describe, expect, it } from 'vitest';
import { ageOn, celebratedOn, lunarAgeOn } from './calendar.ts';

describe('celebratedOn', () => {
  it('celebrates 29 February on the 28th of common years only', () => {
    expect(celebratedOn('2027-02-28').solar).toEqual([228, 229]);
    expect(celebratedOn('2028-02-28').solar).toEqual([228]);
    expect(celebratedOn('2028-02-29').solar).toEqual([229]);
    expect(celebratedOn('2100-02-28').solar).toEqual([228, 229]);
  });

  it('finds lunar days; leap months in years that have them, else the ordinary month', () => {
    // 2025 has a leap sixth month from 25 July; 2026 has none.
    expect(celebratedOn('2025-08-01').lunar).toEqual([10608]);
    expect(celebratedOn('2025-07-02').lunar).toEqual([608]);
    expect(celebratedOn('2026-07-21').lunar).toEqual([608, 10608]);
    expect(celebratedOn('2026-02-17').lunar).toEqual([101, 10101]);
  });

  it('celebrates the 30th on the 29th of a short month', () => {
    // The twelfth month of 2025 ends with its 29th day on 16 February 2026.
    expect(celebratedOn('2026-02-16').lunar).toEqual([1229, 11229, 1230, 11230]);
  });

  it('gives every lunar birthday exactly one day a year', () => {
    const seen = new Map<number, number>();
    const start = Date.UTC(2026, 1, 17);
    for (let day = start; day < Date.UTC(2027, 1, 6); day += 86_400_000) {
      for (const code of celebratedOn(new Date(day).toISOString().slice(0, 10)).lunar)
        seen.set(code, (seen.get(code) ?? 0) + 1);
    }
    expect(seen.size).toBe(720);
    expect([...seen.values()].every((count) => count === 1)).toBe(true);
  });
});

describe('age', () => {
  it('counts completed years, also over 29 February and lunar births', () => {
    expect(ageOn('2026-11-25', '1990-11-26')).toBe(35);
    expect(ageOn('2026-11-26', '1990-11-26')).toBe(36);
    expect(ageOn('2027-02-28', '2000-02-29')).toBe(27);
    expect(ageOn('2027-02-27', '2000-02-29')).toBe(26);
    expect(ageOn('2026-11-25', '2030-01-01')).toBeNull();
    expect(ageOn('2026-11-25', undefined, { year: 1990, month: 5, day: 3, leap: true })).toBe(36);
    expect(ageOn('2026-11-25', undefined, { month: 5, day: 3, leap: false })).toBeNull();
    expect(lunarAgeOn('2026-02-17', { year: 1990, month: 1, day: 1, leap: false })).toBe(36);
  });
});

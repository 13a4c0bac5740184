import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instantOf, localTime } from '#shared/dates/zoned.ts';
import { daysWithin, formatRule, nextDay, occurrences, parseRule } from './recurrence.ts';

const first = (text: string, start: string, count = 5) => {
  const rule = parseRule(text);
  if (!rule) throw new Error(`refused ${text}`);
  const days: string[] = [];
  for (const day of occurrences(rule, start)) {
    days.push(day);
    if (days.length === count) break;
  }
  return days;
};

describe('rules', () => {
  it('give the days people expect', () => {
    expect(first('FREQ=DAILY;INTERVAL=2', '2027-02-27', 3)).toEqual(['2027-02-27', '2027-03-01', '2027-03-03']);
    expect(first('FREQ=WEEKLY;BYDAY=MO,WE', '2027-01-04', 3)).toEqual(['2027-01-04', '2027-01-06', '2027-01-11']);
    expect(first('FREQ=MONTHLY;BYDAY=1TU', '2027-01-05', 3)).toEqual(['2027-01-05', '2027-02-02', '2027-03-02']);
    expect(first('FREQ=MONTHLY;BYDAY=-1FR', '2027-01-29', 2)).toEqual(['2027-01-29', '2027-02-26']);
    expect(first('FREQ=MONTHLY;BYMONTHDAY=-1', '2027-01-31', 3)).toEqual(['2027-01-31', '2027-02-28', '2027-03-31']);
  });

  it('keep the month end and 29 February', () => {
    expect(first('FREQ=MONTHLY', '2027-01-31', 4)).toEqual(['2027-01-31', '2027-02-28', '2027-03-31', '2027-04-30']);
    expect(first('FREQ=MONTHLY;BYMONTHDAY=30', '2027-01-15', 3)).toEqual(['2027-01-30', '2027-02-28', '2027-03-30']);
    expect(first('FREQ=YEARLY', '2028-02-29', 5)).toEqual([
      '2028-02-29',
      '2029-02-28',
      '2030-02-28',
      '2031-02-28',
      '2032-02-29',
    ]);
    expect(first('FREQ=MONTHLY;INTERVAL=13', '2027-01-31', 2)).toEqual(['2027-01-31', '2028-02-29']);
  });

  it('end by count or day, and never run away', () => {
    expect(first('FREQ=DAILY;COUNT=2', '2027-01-01')).toEqual(['2027-01-01', '2027-01-02']);
    expect(first('FREQ=DAILY;UNTIL=20270103', '2027-01-01')).toHaveLength(3);
    expect(first('FREQ=DAILY', '2027-01-01', 50_000)).toHaveLength(10_000);
    const daily = parseRule('FREQ=DAILY');
    expect(daily && daysWithin(daily, '2027-01-01', '2027-01-01', '2027-01-01', '2999-01-01')).toHaveLength(366);
  });

  it('skip what is already over when completed late', () => {
    const weekly = parseRule('FREQ=WEEKLY');
    expect(weekly && nextDay(weekly, '2026-01-05', '2026-01-05', '2026-03-11')).toBe('2026-03-16');
    const ended = parseRule('FREQ=DAILY;COUNT=3');
    expect(ended && nextDay(ended, '2026-01-05', '2026-01-05', '2026-03-11')).toBeNull();
  });

  it.each([
    'FREQ=HOURLY',
    'nonsense',
    '',
    'FREQ=DAILY;COUNT=0',
    'FREQ=DAILY;INTERVAL=-1',
    'FREQ=DAILY;INTERVAL=0',
    'FREQ=DAILY;FOO=1',
    'FREQ=WEEKLY;BYDAY=XX',
    'FREQ=DAILY;UNTIL=20270231',
    'FREQ=DAILY;COUNT=3;UNTIL=20270301',
    'FREQ=MONTHLY;BYMONTHDAY=32',
    'FREQ=YEARLY;BYMONTHDAY=30',
    'FREQ=DAILY;FREQ=WEEKLY',
    'FREQ=DAILY;COUNT=99999',
  ])('%s is refused', (text) => expect(parseRule(text)).toBeNull());

  it('any text ends in a rule or a refusal, and a rule is spelled the same again', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), (text) => {
        const rule = parseRule(text);
        if (rule) expect(parseRule(formatRule(rule))).toEqual(rule);
      }),
    );
  });
});

describe('company time', () => {
  it('carries a time the clocks skip past the gap, and takes the first of a doubled hour', () => {
    expect(instantOf('2027-03-14T02:30:00', 'America/New_York').toISOString()).toBe('2027-03-14T07:30:00.000Z');
    expect(instantOf('2027-11-07T01:30:00', 'America/New_York').toISOString()).toBe('2027-11-07T05:30:00.000Z');
    expect(instantOf('2027-03-28T02:30:00', 'Europe/Berlin').toISOString()).toBe('2027-03-28T01:30:00.000Z');
    expect(instantOf('2027-01-01', 'Asia/Shanghai').toISOString()).toBe('2026-12-31T16:00:00.000Z');
    expect(instantOf('1990-06-01T09:00:00', 'Asia/Shanghai').toISOString()).toBe('1990-06-01T00:00:00.000Z');
  });

  it('returns to the same wall clock in every zone where it exists', () => {
    const zones = ['Asia/Shanghai', 'America/New_York', 'Europe/Berlin', 'Asia/Kolkata', 'Pacific/Apia'];
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.date({ min: new Date('2012-01-01'), max: new Date('2035-01-01'), noInvalidDate: true }),
        (zone, date) => {
          const local = localTime(date, zone);
          expect(localTime(instantOf(local, zone), zone)).toBe(local);
        },
      ),
    );
  });
});

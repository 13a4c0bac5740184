import { describe, expect, it } from 'vitest';
import { areasOf, regionOf } from './places.ts';

const nowhere = { division: null, country: null, continent: null };
const regions = [
  { id: 'china', path: ['china'], areas: ['country:CN'] },
  { id: 'east', path: ['china', 'east'], areas: ['division:330000', 'division:310000'] },
  { id: 'hangzhou', path: ['china', 'east', 'hangzhou'], areas: ['division:330100'] },
  { id: 'europe', path: ['europe'], areas: ['continent:EU'] },
  { id: 'germany', path: ['europe', 'germany'], areas: ['country:DE'] },
  { id: 'unsaid', path: ['unsaid'], areas: [] },
];

describe('the sales region of a place', () => {
  it('is that of its nearest area', () => {
    const of = (place: object, under: string | null = null) => regionOf(regions, { ...nowhere, ...place }, under);
    expect(of({ division: '330106' })).toBe('hangzhou');
    expect(of({ division: '330203' })).toBe('east');
    expect(of({ division: '440305' })).toBe('china');
    expect(of({ country: 'DE' })).toBe('germany');
    expect(of({ country: 'FR' })).toBe('europe');
    expect(of({ continent: 'EU' })).toBe('europe');
    expect(of({ country: 'BR' })).toBeUndefined();
    expect(of({})).toBeUndefined();
  });

  it('is sought below the region a rule names; one that lies nowhere takes all', () => {
    const hangzhou = { ...nowhere, division: '330106' };
    expect(regionOf(regions, hangzhou, 'east')).toBe('hangzhou');
    expect(regionOf(regions, hangzhou, 'europe')).toBeUndefined();
    expect(regionOf(regions, nowhere, 'unsaid')).toBe('unsaid');
    expect(regionOf(regions, nowhere, 'east')).toBeUndefined();
  });

  it('a division of China needs no country', () => {
    expect(areasOf({ ...nowhere, division: '330106' })).toEqual([
      'division:330106',
      'division:330100',
      'division:330000',
      'country:CN',
      'continent:AS',
    ]);
  });
});

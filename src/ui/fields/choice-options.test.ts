import { expect, it } from 'vitest';
import { byLabel } from './choice-options.ts';

it('an option that begins with what was typed comes before those that only hold it', () => {
  const labels = ['白俄罗斯 BY', '俄罗斯 RU', '法国 FR'].map((label) => ({ label }));
  const sorted = labels.sort((a, b) => byLabel.filterSort(a, b, { searchValue: ' 俄罗斯' }));
  expect(sorted.map(({ label }) => label)).toEqual(['俄罗斯 RU', '白俄罗斯 BY', '法国 FR']);
});

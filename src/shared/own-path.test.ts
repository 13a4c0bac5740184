import { expect, it } from 'vitest';
import { ownPath } from './own-path.ts';

it.each([
  ['/customers?q=a%20b#top', '/customers?q=a%20b#top'],
  ['/customers?q=北京', '/customers?q=%E5%8C%97%E4%BA%AC'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
  ['/\t/evil.example', '/'],
  ['/.//evil.example', '/'],
  ['https://evil.example', '/'],
  ['javascript:alert(1)', '/'],
  [7, '/'],
])('%j leads to %s', (written, path) => {
  expect(ownPath(written)).toBe(path);
});

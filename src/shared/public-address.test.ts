import { expect, test } from 'vitest';
import { onlyHere } from './public-address.ts';

test('an address of this machine is one nobody else can open', () => {
  expect(onlyHere('https://kedang.example.com')).toBe(false);
  for (const url of ['http://localhost:3000', 'http://[::1]:3000', 'http://127.8.0.1', 'http://0.0.0.0:80'])
    expect(onlyHere(url), url).toBe(true);
});

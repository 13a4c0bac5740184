import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { MessageTree } from '#shared/messages.ts';

function flat(tree: MessageTree, prefix = ''): string[] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [prefix + key] : flat(value, `${prefix}${key}.`),
  );
}
const keysOf = (lang: string) =>
  new Set(
    globSync(`src/**/locales/${lang}.json`).flatMap((file) =>
      flat(JSON.parse(readFileSync(file, 'utf8')) as MessageTree),
    ),
  );
const zh = keysOf('zh-CN');
const en = keysOf('en-US');
const groups = new Set([...zh].map((key) => key.split('.')[0]));
const sources = globSync('src/**/*.{ts,tsx}')
  .filter((file) => !file.endsWith('.test.ts'))
  .map((file) => ({ file, text: readFileSync(file, 'utf8') }));
const code = sources.map((source) => source.text).join('\n');

/** Texts in code that look like keys: `customers.title`, also with a part filled in at run time. */
const literal = new Set([...code.matchAll(/['"]([a-z][\w-]*(?:\.[\w-]+)+)['"]/gi)].map((match) => match[1] ?? ''));
const patterns = [
  ...new Set([...code.matchAll(/`([a-zA-Z][\w-]*\.[^`\s]*\$\{[^`\n]*)`/g)].map((match) => match[1] ?? '')),
].map(
  (text) =>
    new RegExp(
      `^${text
        .split(/\$\{(?:[^{}]|\{[^}]*\})*\}/)
        .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
        .join('[\\w.-]+')}$`,
    ),
);

describe('translations', () => {
  test('every key is there in both languages', () => {
    expect([...zh].filter((key) => !en.has(key))).toEqual([]);
    expect([...en].filter((key) => !zh.has(key))).toEqual([]);
  });

  test('every key that a page asks for is there', () => {
    const asked = sources.flatMap(({ file, text }) =>
      [...text.matchAll(/\bt\(\s*'([^']+)'/g)].map((match) => ({ file, key: match[1] ?? '' })),
    );
    const missing = asked.filter(({ key }) => key.includes('.') && groups.has(key.split('.')[0]) && !zh.has(key));
    expect(missing).toEqual([]);
    expect(asked.length).toBeGreaterThan(300);
  });

  test('no key is left that nothing uses', () => {
    // Error codes, event kinds and reasons come from the server as data.
    const fromServer = new Set(['errors', 'events', 'eventKinds']);
    const unused = [...zh].filter(
      (key) =>
        !fromServer.has(key.split('.')[0] ?? '') && !literal.has(key) && !patterns.some((pattern) => pattern.test(key)),
    );
    expect(unused).toEqual([]);
  });

  test('English texts are English, and no text is empty', () => {
    const bad = globSync('src/**/locales/*.json').flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/: "(.*)"/g)]
        .map((match) => match[1] ?? '')
        .filter((text) => text === '' || (file.endsWith('en-US.json') && /^[^a-z]*[\u4e00-\u9fff][^a-z]*$/i.test(text)))
        .map((text) => `${file}: ${text}`),
    );
    // The other language is called by its own name.
    expect(bad.filter((text) => !text.endsWith(': 中文'))).toEqual([]);
  });
});

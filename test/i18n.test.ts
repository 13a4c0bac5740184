import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { flattenMessages, type MessageTree } from '#shared/messages.ts';

const read = (file: string) => readFileSync(file, 'utf8');
const files = globSync('src/**/locales/zh-CN.json').sort();
const messagesOf = (file: string) => flattenMessages([JSON.parse(read(file)) as MessageTree]);
const english = (file: string) => file.replace('zh-CN', 'en-US');
const all = new Map(files.flatMap((file) => [...messagesOf(file)]));
/** The text of the program: comments may name a key without using it. */
const source = globSync('src/**/*.{ts,tsx}')
  .filter((file) => !file.endsWith('.test.ts'))
  .map((file) => read(file).replace(/^\s*(\/\/|\*|\/\*\*).*$/gm, ''))
  .join('\n');

/** Keys made at run time from something the program does not spell out, and what their last part is made of. */
const made: Record<string, (rest: string) => boolean> = {
  // A code thrown anywhere: `badRequest('field.unknown')`.
  'errors.': (code) => quoted(code),
  // A kind of event: `customer.created` is `customer_created`.
  'events.': (name) => name === 'other' || kindExists(name),
  'eventKinds.': (kind) => kindExists(kind),
  'notifications.types.': (type) => quoted(type) || fitsTemplate(type),
  'operations.jobs.kinds.': (name) => quoted(name.replace('_', '.')),
};

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const literals = new Set([...source.matchAll(/(['"`])([\w.-]+)\1/g)].map((found) => found[2] ?? ''));
const quoted = (text: string) => literals.has(text);
/** Template texts with a hole: `people.users.states.${state}`. */
const templates = [...source.matchAll(/`([\w.-]*[\w]\.[\w.-]*\$\{[^`\n]*|\$\{[^`\n]*\}\.[\w.-]+)`/g)].map(
  (found) => found[1] ?? '',
);
const patterns = templates.map(
  (text) =>
    new RegExp(
      `^${text
        .split(/\$\{(?:[^{}]|\{[^{}]*\})*\}/)
        .map(escaped)
        .join('.+')}$`,
    ),
);
const fitsTemplate = (text: string) => patterns.some((pattern) => pattern.test(text));
const kindExists = (name: string) => {
  const parts = name.split('_');
  return parts.some((_, index) => {
    const kind = `${parts.slice(0, index).join('_')}.${parts.slice(index).join('_')}`;
    return quoted(kind) || fitsTemplate(kind) || quoted(parts[0] ?? '');
  });
};

describe('texts', () => {
  it.each(files)('of %s are there in both languages, with the same places', (file) => {
    const [zh, en] = [messagesOf(file), messagesOf(english(file))];
    expect([...zh.keys()].sort()).toEqual([...en.keys()].sort());
    const places = (text: string | undefined) =>
      [...(text ?? '').matchAll(/\{(\w+)\}/g)].map((found) => found[1]).sort();
    for (const [key, text] of zh) {
      expect(text.trim(), key).not.toBe('');
      expect(en.get(key)?.trim(), key).not.toBe('');
      expect([...new Set(places(text))], key).toEqual([...new Set(places(en.get(key)))]);
    }
  });

  it('are Chinese in the Chinese files and not in the English ones', () => {
    // A name or an example may stand in its own script; a sentence may not.
    const share = (text: string, script: RegExp) => (text.match(script)?.length ?? 0) / text.length;
    const foreign = files.flatMap((file) => [
      ...[...messagesOf(english(file))].filter(([, text]) => share(text, /[一-鿿]/g) > 0.3).map(([key]) => key),
      ...[...messagesOf(file)].filter(([, text]) => text.length > 25 && !/[一-鿿]/.test(text)).map(([key]) => key),
    ]);
    expect(foreign.filter((key) => key !== 'ui.otherLanguage')).toEqual([]);
  });

  it.each(['ui', 'shared'])(
    'of src/%s stand in the order of their keys, so that one is found and none is put twice',
    (part) => {
      const inOrder = (tree: MessageTree): MessageTree =>
        Object.fromEntries(
          Object.entries(tree)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, text]) => [key, typeof text === 'string' ? text : inOrder(text)]),
        );
      for (const lang of ['zh-CN', 'en-US']) {
        const text = read(`src/${part}/locales/${lang}.json`);
        expect(text, lang).toBe(`${JSON.stringify(inOrder(JSON.parse(text)), null, 2)}\n`);
      }
    },
  );

  it('are said in one file only', () => {
    const seen = new Map<string, string>();
    const twice: string[] = [];
    for (const file of files)
      for (const key of messagesOf(file).keys()) {
        const before = seen.get(key);
        if (before && messagesOf(before).get(key) !== messagesOf(file).get(key))
          twice.push(`${key}: ${before}, ${file}`);
        seen.set(key, file);
      }
    expect(twice).toEqual([]);
  });

  it('asked for by the program exist', () => {
    const asked = [
      ...source.matchAll(/\b(?:t|i18next\.t|translate)\((?:\w+(?:\.\w+)*, )?\s*'([\w.-]+)'/g),
      ...source.matchAll(/\btranslate\(\s*[\w.]+,\s*'([\w.-]+)'/g),
      // One of several: `t(many ? 'a.b' : 'a.c', …)`; what is compared with holds no dot.
      ...[...source.matchAll(/\bt\(([^,;(){}]+)[,)]/g)].flatMap((call) => [
        ...(call[1] ?? '').matchAll(/'(\w+\.[\w.-]+)'/g),
      ]),
    ].map((found) => found[1] ?? '');
    expect(asked.length).toBeGreaterThan(400);
    expect([...new Set(asked)].filter((key) => key.includes('.') && !all.has(key))).toEqual([]);
  });

  it('of a screen, chosen by a condition or put into a list, exist as well', () => {
    const screens = globSync('src/**/*.tsx').map(read).join('\n');
    const roots = new Set([...all.keys()].map((key) => key.split('.')[0] ?? ''));
    const named = [...screens.matchAll(/'((\w+)(?:\.\w+){1,})'/g)].filter((found) => roots.has(found[2] ?? ''));
    expect(named.length).toBeGreaterThan(1000);
    const keys = named.map((found) => found[1] ?? '').filter((key) => !/\.(ts|tsx|css|json)$/.test(key));
    const isJob = (key: string) => all.has(`operations.jobs.kinds.${key.replace('.', '_')}`);
    expect([...new Set(keys)].filter((key) => !all.has(key) && !isJob(key)).sort()).toEqual([]);
  });

  it('asked for with a hole exist at least once', () => {
    const asked = [...source.matchAll(/\b(?:t|translate)\((?:[\w.]+, )?`([\w.-]+\.)\$\{/g)].map(
      (found) => found[1] ?? '',
    );
    const empty = [...new Set(asked)].filter((prefix) => ![...all.keys()].some((key) => key.startsWith(prefix)));
    expect(empty).toEqual([]);
  });

  it('exist for every problem the program throws', () => {
    const thrown = [
      ...source.matchAll(/new Problem\(\s*\d{3},\s*'([\w.]+)'/g),
      ...source.matchAll(/\b(?:badRequest|conflict|bad)\(\s*'([\w.]+)'/g),
      ...source.matchAll(/\bfield: [^{}\n]*, code: '([\w.]+)'/g),
      ...source.matchAll(/addIssue\(\{ code: 'custom', message: '([\w.]+)'/g),
    ].map((found) => found[1] ?? '');
    expect(thrown.length).toBeGreaterThan(100);
    expect([...new Set(thrown)].filter((code) => !all.has(`errors.${code}`)).sort()).toEqual([]);
  });

  it('name every job and every thing the log speaks of', () => {
    const jobs = [
      ...source.matchAll(/defineJob(?:<[^(]*>)?\(\{\s*kind: '([\w.]+)'/g),
      ...source.matchAll(/\b(?:mail|remind|send|reindex)Kind = '([\w.]+)'/g),
    ].map((found) => `operations.jobs.kinds.${found[1]?.replace('.', '_')}`);
    const subjects = [...source.matchAll(/subjectKind: '(\w+)'/g)].map(
      (found) => `operations.audit.subjects.${found[1]}`,
    );
    const changes = [...source.matchAll(/kind: '(\w+)\.(\w+)',\s*subjectKind/g)]
      .filter((found) => !all.has(`events.${found[1]}_${found[2]}`))
      .map((found) => `operations.audit.verbs.${found[2]}`);
    expect(Math.min(jobs.length, subjects.length, changes.length)).toBeGreaterThan(20);
    expect([...new Set([...jobs, ...subjects, ...changes])].filter((key) => !all.has(key))).toEqual([]);
  });

  it('are the only ones a form speaks: the browser, in a language of its own, checks none', () => {
    const forms = globSync('src/**/*.tsx').flatMap((file) =>
      [...read(file).matchAll(/<form\s[^>]*/g)].map((found) => ({ file, start: found[0] })),
    );
    expect(forms.length).toBeGreaterThan(15);
    expect(forms.filter(({ start }) => !start.includes('noValidate'))).toEqual([]);
  });

  it('are all used', () => {
    // A module that contributes no screen yet may bring the texts of its screens before them.
    const screenless = globSync('src/modules/*/web/index.tsx')
      .filter((file) => !read(file).includes('import('))
      .map((file) => `${file.split('/')[2]}.`);
    const unused = [...all.keys()].filter((key) => {
      if (screenless.some((start) => key.startsWith(start))) return false;
      const prefix = Object.keys(made).find((start) => key.startsWith(start));
      if (prefix) return !made[prefix]?.(key.slice(prefix.length));
      return !quoted(key) && !fitsTemplate(key);
    });
    expect(unused).toEqual([]);
  });
});

import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createTranslator, type Translator } from '#platform/i18n/index.ts';
import { languages } from '#shared/languages.ts';
import type { MessageTree } from '#shared/messages.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The server speaks from the same locale files as the web client. */
export function loadMessages(): Translator {
  const trees = { 'zh-CN': [] as MessageTree[], 'en-US': [] as MessageTree[] };
  for (const lang of languages) {
    for (const file of globSync(`**/locales/${lang}.json`, { cwd: root }).sort()) {
      trees[lang].push(JSON.parse(readFileSync(`${root}/${file}`, 'utf8')) as MessageTree);
    }
  }
  return createTranslator(trees);
}

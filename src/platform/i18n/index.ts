import type { Lang } from '#shared/languages.ts';
import { fillMessage, flattenMessages, type Messages, type MessageTree } from '#shared/messages.ts';

export interface Translator {
  /** The message in the language, its places filled; the key itself when nobody wrote one. */
  (lang: Lang, key: string, params?: Record<string, string | number>): string;
  has(lang: Lang, key: string): boolean;
}

/** Messages the server itself speaks: problems, mail, sheet headings. */
export function createTranslator(trees: Record<Lang, MessageTree[]>): Translator {
  const messages: Record<Lang, Messages> = {
    'zh-CN': flattenMessages(trees['zh-CN']),
    'en-US': flattenMessages(trees['en-US']),
  };
  const translate = (lang: Lang, key: string, params?: Record<string, string | number>) =>
    fillMessage(messages[lang].get(key) ?? key, params);
  return Object.assign(translate, { has: (lang: Lang, key: string) => messages[lang].has(key) });
}

/** The language asked for by `Accept-Language`; Chinese unless English is clearly preferred. */
export function languageOf(header: string | undefined): Lang {
  const wanted = (header ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', ...rest] = part.trim().split(';');
      const quality = rest.find((item) => item.trim().startsWith('q='));
      return { tag: tag.toLowerCase(), q: quality ? Number(quality.trim().slice(2)) || 0 : 1 };
    })
    .filter((item) => item.tag.startsWith('zh') || item.tag.startsWith('en'))
    .sort((a, b) => b.q - a.q);
  return wanted[0]?.tag.startsWith('en') ? 'en-US' : 'zh-CN';
}

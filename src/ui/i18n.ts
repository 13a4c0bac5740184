import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { MessageTree } from '#shared/messages.ts';
import type { SessionInfo } from '#shared/session.ts';

export type Lang = SessionInfo['user']['lang'];

const files: Record<Lang, Record<string, () => Promise<{ default: MessageTree }>>> = {
  'zh-CN': import.meta.glob<{ default: MessageTree }>('/src/**/locales/zh-CN.json'),
  'en-US': import.meta.glob<{ default: MessageTree }>('/src/**/locales/en-US.json'),
};

function merge(into: MessageTree, from: MessageTree): MessageTree {
  for (const [key, value] of Object.entries(from)) {
    const present = into[key];
    into[key] =
      typeof value === 'object' && typeof present === 'object' ? merge(present, value) : structuredClone(value);
  }
  return into;
}

/** Makes the texts of a language available, also beside the one the page is in. */
export async function loadLanguage(lang: Lang): Promise<void> {
  if (i18next.hasResourceBundle(lang, 'translation')) return;
  const parts = await Promise.all(Object.values(files[lang]).map((file) => file()));
  const tree: MessageTree = {};
  for (const part of parts) merge(tree, part.default);
  i18next.addResourceBundle(lang, 'translation', tree, true, true);
}

const remembered = (): Lang => {
  const saved = localStorage.getItem('kedang.lang');
  if (saved === 'zh-CN' || saved === 'en-US') return saved;
  return navigator.language.startsWith('zh') || !navigator.language.startsWith('en') ? 'zh-CN' : 'en-US';
};

/** Starts translations in the remembered language. */
export async function startI18n(): Promise<void> {
  const lang = remembered();
  await i18next.use(initReactI18next).init({
    lng: lang,
    fallbackLng: false,
    resources: {},
    interpolation: { prefix: '{', suffix: '}', escapeValue: false },
  });
  await setLanguage(lang);
}

/** Switches every text without reloading the page. */
export async function setLanguage(lang: Lang): Promise<void> {
  await loadLanguage(lang);
  await i18next.changeLanguage(lang);
  localStorage.setItem('kedang.lang', lang);
  document.documentElement.lang = lang;
}

/** The bilingual label in the present language. */
export const label = (text: { zh: string; en: string }): string => (i18next.language === 'en-US' ? text.en : text.zh);

import english from 'virtual:texts/en-US';
import chinese from 'virtual:texts/zh-CN';
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Lang } from '#shared/languages.ts';
import type { MessageTree } from '#shared/messages.ts';
import { recall, remember } from './stored.ts';

const texts: Record<Lang, string> = { 'zh-CN': chinese, 'en-US': english };

/** Makes the texts of a language available, also beside the one the page is in. */
export async function loadLanguage(lang: Lang): Promise<void> {
  if (i18next.hasResourceBundle(lang, 'translation')) return;
  const answer = await fetch(texts[lang]);
  if (!answer.ok) throw new Error(`texts in ${lang}: ${answer.status}`);
  i18next.addResourceBundle(lang, 'translation', (await answer.json()) as MessageTree);
}

const remembered = (): Lang => {
  const saved = recall('kedang.lang');
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
  remember('kedang.lang', lang);
  document.documentElement.lang = lang;
}

/** The bilingual label in the present language. */
export const label = (text: { zh: string; en: string }): string => (i18next.language === 'en-US' ? text.en : text.zh);

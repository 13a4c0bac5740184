import { Input, Segmented } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Lang, languages } from '#shared/languages.ts';
import { FormField } from '#ui/fields/form-field.tsx';
import { listed } from '#ui/format.ts';
import { loadLanguage } from '#ui/i18n.ts';
import { useSession } from '#ui/session.tsx';

/** The mail as it will be sent: the usual text in its language until somebody writes another. */
export function useMailText(titles: string[]) {
  const { t, i18n } = useTranslation();
  const { org, user } = useSession();
  const [language, setLanguage] = useState<Lang>(i18n.language === 'en-US' ? 'en-US' : 'zh-CN');
  const [written, setWritten] = useState<{ subject?: string; text?: string }>({});
  const usual = (part: 'subject' | 'text') =>
    t(`materials.mail.${part}`, {
      lng: language,
      company: org.name,
      sender: user.name,
      titles: listed(titles),
      name: '{name}',
      links: '{links}',
    }).slice(0, part === 'subject' ? 200 : 5000);
  return {
    value: { language, subject: written.subject ?? usual('subject'), text: written.text ?? usual('text') },
    write: (change: { subject?: string; text?: string }) => setWritten((before) => ({ ...before, ...change })),
    async speak(next: Lang) {
      await loadLanguage(next);
      setLanguage(next);
    },
  };
}

interface Props {
  mail: ReturnType<typeof useMailText>;
  errors: Partial<Record<string, string>>;
}

export function MailFields({ mail, errors }: Props) {
  const { t } = useTranslation();
  const { subject, text, language } = mail.value;
  const names: Record<Lang, string> = { 'zh-CN': '中文', 'en-US': 'English' };
  return (
    <>
      <FormField id="send-language" label={t('materials.send.language')}>
        <Segmented
          id="send-language"
          aria-label={t('materials.send.language')}
          value={language}
          options={languages.map((value) => ({ value, label: names[value] }))}
          onChange={(value) => void mail.speak(value)}
        />
      </FormField>
      <FormField id="send-subject" label={t('materials.send.subject')} required error={errors['mail.subject']}>
        <Input
          id="send-subject"
          maxLength={200}
          value={subject}
          onChange={(event) => mail.write({ subject: event.target.value })}
        />
      </FormField>
      <FormField
        id="send-text"
        label={t('materials.send.text')}
        required
        help={t('materials.send.textHelp', { placeName: '{name}', placeLinks: '{links}' })}
        error={errors['mail.text']}
      >
        <Input.TextArea
          id="send-text"
          autoSize={{ minRows: 6, maxRows: 14 }}
          maxLength={5000}
          value={text}
          onChange={(event) => mail.write({ text: event.target.value })}
        />
      </FormField>
    </>
  );
}

import { Modal, Segmented } from 'antd';
import i18next from 'i18next';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDictionary } from '#modules/fields/web/index.tsx';
import type { Lang } from '#shared/languages.ts';
import { loadLanguage } from '#ui/i18n.ts';
import type { AnswerValues, FormContent } from '../../form-content.ts';
import { Consent, FormBody } from './form-body.tsx';
import { said } from './question-input.tsx';
import { resolve } from './resolve.ts';

/** The draft as people would see it, in each language; nothing is sent. */
export function Preview({ content, onClose }: { content: FormContent; onClose(): void }) {
  const { t, i18n } = useTranslation();
  const customer = useDictionary('customer');
  const contact = useDictionary('contact');
  const [values, setValues] = useState<AnswerValues>({});
  const [consent, setConsent] = useState(false);
  // The whole page speaks the language of the preview until it is closed: inputs take their words from there.
  const [own] = useState(i18n.language);
  useEffect(() => () => void i18next.changeLanguage(own), [own]);
  const speak = (lang: Lang) => void loadLanguage(lang).then(() => i18next.changeLanguage(lang));
  return (
    <Modal
      open
      width={720}
      title={`${t('collection.forms.preview')} · ${said(content.title)}`}
      footer={null}
      onCancel={onClose}
    >
      <div className="bar">
        <Segmented
          aria-label={t('collection.forms.previewIn')}
          value={i18n.language as Lang}
          onChange={speak}
          options={[
            { value: 'zh-CN', label: '中文' },
            { value: 'en-US', label: 'English' },
          ]}
        />
      </div>
      {said(content.intro) ? <p className="form-text">{said(content.intro)}</p> : null}
      <FormBody
        questions={resolve(content.questions, [...(customer?.fields ?? []), ...(contact?.fields ?? [])])}
        values={values}
        errors={{}}
        onChange={(id, value) => setValues((before) => ({ ...before, [id]: value }))}
      />
      <Consent content={content} label={t('collection.forms.agree')} checked={consent} onChange={setConsent} />
    </Modal>
  );
}

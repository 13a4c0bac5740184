import type { Lang } from '#shared/languages.ts';
import './paper.css';
import { DownloadOutlined, PrinterOutlined } from '@ant-design/icons';
import { Link, useParams } from '@tanstack/react-router';
import { Alert, Button, Segmented } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDictionary } from '#modules/fields/web/index.tsx';
import { downloadUrl, useEndpoint } from '#ui/api.ts';
import { loadLanguage } from '#ui/i18n.ts';
import { Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { type FrozenContent, type FrozenQuestion, paperNumbers, textIn } from '../../form-content.ts';
import { formPaper, getForm } from '../../forms-contract.ts';
import { resolve } from './resolve.ts';

/** The form on paper as it comes out of the printer: same questions, same order as the page and the typing screen. */
export default function PaperPage() {
  const { t, i18n } = useTranslation();
  const { id = '' } = useParams({ strict: false }) as { id?: string };
  const { data: form, error, refetch } = useEndpoint(getForm, { params: { id } });
  const customer = useDictionary('customer');
  const contact = useDictionary('contact');
  const [lang, setLang] = useState<Lang>(i18n.language === 'en-US' ? 'en-US' : 'zh-CN');
  const speak = (next: Lang) => void loadLanguage(next).then(() => setLang(next));
  const fields = [...(customer?.fields ?? []), ...(contact?.fields ?? [])];
  const content = form && (form.published ?? { ...form.content, questions: resolve(form.content.questions, fields) });
  return (
    <Page
      title={t('collection.forms.paperForm')}
      actions={
        <>
          <Segmented
            aria-label={t('collection.forms.paper.language')}
            value={lang}
            onChange={speak}
            options={[
              { value: 'zh-CN', label: '中文' },
              { value: 'en-US', label: 'English' },
            ]}
          />
          <Button
            icon={<DownloadOutlined aria-hidden />}
            href={downloadUrl(formPaper, { params: { id }, query: { lang } })}
            target="_blank"
          >
            {t('collection.forms.paper.download')}
          </Button>
          <Button
            type="primary"
            icon={<PrinterOutlined aria-hidden />}
            disabled={!content}
            onClick={() => window.print()}
          >
            {t('collection.forms.paper.print')}
          </Button>
        </>
      }
    >
      <p className="no-print">
        <Link to="/forms/$id" params={{ id }}>
          ‹ {t('collection.forms.toForm')}
        </Link>
      </p>
      <ProblemAlert problem={error} onRetry={() => void refetch()} />
      {form && !form.published ? (
        <Alert className="no-print" type="info" showIcon title={t('collection.forms.paper.draft')} />
      ) : null}
      {content ? <Sheet content={content} lang={lang} /> : error ? null : <Loading />}
    </Page>
  );
}

function Sheet({ content, lang }: { content: FrozenContent; lang: Lang }) {
  const { i18n } = useTranslation();
  // The paper's language is chosen beside it, whatever the reader's own is.
  const t = i18n.getFixedT(lang);
  const questions = content.questions.filter((item) => item.type !== 'file');
  const numbers = paperNumbers(questions);
  const titleOf = (item: FrozenQuestion) =>
    item.title.zh === '' && item.definition ? textIn(item.definition.label, lang) : textIn(item.title, lang);
  return (
    <article className="sheet paper" lang={lang} aria-label={textIn(content.title, lang)}>
      <h2>{textIn(content.title, lang)}</h2>
      {content.intro.zh ? <p className="form-text">{textIn(content.intro, lang)}</p> : null}
      {questions.map((item) => {
        if (item.type === 'heading') return <h3 key={item.id}>{titleOf(item)}</h3>;
        const on = item.showIf ? numbers.get(item.showIf.question) : undefined;
        const several = item.type === 'multiple' || item.definition?.type === 'multichoice';
        const hints = [
          on ? t('collection.forms.paper.branch', { number: on }) : '',
          several ? t('collection.forms.paper.several') : '',
          textIn(item.help, lang),
        ].filter((hint) => hint !== '');
        return (
          <section className="paper-question" key={item.id}>
            <p>
              <strong>
                {numbers.get(item.id)}. {titleOf(item)}
                {item.required ? ' *' : ''}
              </strong>{' '}
              <span className="muted">{hints.join(' ')}</span>
            </p>
            <Room item={item} lang={lang} />
          </section>
        );
      })}
      {content.consent.zh ? (
        <section className="paper-question">
          <p>
            {t('collection.forms.paper.purpose')}
            {textIn(content.purpose, lang)}
          </p>
          <p className="form-text">{textIn(content.consent, lang)}</p>
          <Boxes labels={[t('collection.forms.paper.agree')]} />
        </section>
      ) : null}
      <p className="paper-signature">
        <span>{t('collection.forms.paper.signature')}</span>
        <span>{t('collection.forms.paper.date')}</span>
      </p>
    </article>
  );
}

/** Beyond this many options a list is written, not ticked. */
const mostBoxes = 24;

function Boxes({ labels }: { labels: string[] }) {
  return (
    <p className="paper-boxes">
      {labels.map((text) => (
        <span key={text}>
          <span aria-hidden>☐</span> {text}
        </span>
      ))}
    </p>
  );
}

const Lines = ({ count }: { count: number }) => (
  <div aria-hidden>
    {[...'abc'.slice(0, count)].map((line) => (
      <div className="paper-line" key={line} />
    ))}
  </div>
);

/** Room to answer by hand: boxes to tick, a table, or lines to write on. */
function Room({ item, lang }: { item: FrozenQuestion; lang: Lang }) {
  const named = (list: FrozenQuestion['options']) => (list ?? []).map((one) => textIn(one.label, lang));
  const { definition: field } = item;
  if (item.type === 'single' || item.type === 'multiple') return <Boxes labels={named(item.options)} />;
  if (item.type === 'scale' || item.type === 'nps') {
    const [min, max] = item.type === 'nps' ? [0, 10] : [item.min ?? 1, item.max ?? 5];
    return <Boxes labels={Array.from({ length: max - min + 1 }, (_, step) => String(min + step))} />;
  }
  if (item.type === 'matrix')
    return (
      <table className="plain">
        <thead>
          <tr>
            <td />
            {named(item.options).map((text) => (
              <th scope="col" key={text}>
                {text}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {named(item.rows).map((row) => (
            <tr key={row}>
              <th scope="row">{row}</th>
              {named(item.options).map((text) => (
                <td key={text} aria-hidden>
                  ☐
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    );
  if (item.type === 'text') return <Lines count={(item.maxLength ?? 1000) > 200 ? 3 : 1} />;
  if (field?.type === 'boolean') return <Boxes labels={lang === 'en-US' ? ['Yes', 'No'] : ['是', '否']} />;
  const options = field?.options ?? [];
  if (field && ['choice', 'multichoice'].includes(field.type) && options.length > 0 && options.length <= mostBoxes)
    return <Boxes labels={options.map((one) => (lang === 'en-US' ? one.en : one.zh))} />;
  return <Lines count={field?.type === 'longtext' || field?.type === 'addresses' ? 2 : 1} />;
}

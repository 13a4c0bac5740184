import { App, Button, Checkbox, Segmented, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { downloadUrl, useSend } from '#ui/api.ts';
import { FormField } from '#ui/fields/form-field.tsx';
import { RecordSelect } from '#ui/fields/record-select.tsx';
import { formatTime } from '#ui/format.ts';
import { LoadMore, usePages } from '#ui/load-more.tsx';
import { EmptyState, ProblemAlert } from '#ui/page.tsx';
import { type FormView, formQrCode, inviteToForm, listInvitations, remindOfForm } from '../../forms-contract.ts';
import { said } from './question-input.tsx';

/** Copies a text and says so. */
function CopyButton({ text, name }: { text: string; name: string }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  return (
    <Button
      size="small"
      autoInsertSpace={false}
      aria-label={t('collection.forms.copyOf', { name })}
      onClick={() =>
        void navigator.clipboard.writeText(text).then(
          () => message.success(t('collection.forms.copied')),
          () => message.info(text),
        )
      }
    >
      {t('collection.forms.copy')}
    </Button>
  );
}

/** The public link, its QR code, its frame, and one-time links for chosen customers. */
export function SendPanel({ form }: { form: FormView }) {
  const { t } = useTranslation();
  if (!form.path) return <EmptyState text={t('collection.forms.publishFirst')} />;
  const address = location.origin + form.path;
  const frame = `<iframe src="${address}?embed=1" title="${said(form.content.title).replaceAll('"', '&quot;')}" width="100%" height="900"></iframe>`;
  return (
    <>
      <section className="panel" aria-label={t('collection.forms.publicLink')}>
        <h2>{t('collection.forms.publicLink')}</h2>
        <p className="muted">{t('collection.forms.publicHelp')}</p>
        <div className="row">
          <a href={address} target="_blank" rel="noreferrer" className="token grow">
            {address}
          </a>
          <CopyButton text={address} name={t('collection.forms.publicLink')} />
        </div>
        <p>
          <img
            className="qr"
            src={downloadUrl(formQrCode, { params: { id: form.id } })}
            alt={t('collection.forms.qr')}
          />
        </p>
        <div className="row">
          {(['png', 'svg'] as const).map((format) => (
            <a key={format} download href={downloadUrl(formQrCode, { params: { id: form.id }, query: { format } })}>
              {t('collection.forms.qrAs', { format: format.toUpperCase() })}
            </a>
          ))}
        </div>
      </section>
      <section className="panel" aria-label={t('collection.forms.embed')}>
        <h2>{t('collection.forms.embed')}</h2>
        <p className="muted">
          {t(form.sites.length > 0 ? 'collection.forms.embedHelp' : 'collection.forms.embedNone', {
            sites: form.sites.join(', '),
          })}
        </p>
        <div className="row">
          <code className="grow token">{frame}</code>
          <CopyButton text={frame} name={t('collection.forms.embed')} />
        </div>
      </section>
      <Invitations form={form} />
    </>
  );
}

function Invitations({ form }: { form: FormView }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const params = { id: form.id };
  const invite = useSend(inviteToForm, ['/forms/:id/invitations']);
  const remind = useSend(remindOfForm);
  const [answered, setAnswered] = useState<'all' | 'no' | 'yes'>('all');
  const [customer, setCustomer] = useState<string | null>(null);
  const [mail, setMail] = useState(false);
  const [english, setEnglish] = useState(false);
  const pages = usePages(listInvitations, {
    params,
    query: { limit: 30, ...(answered === 'all' ? {} : { answered }) },
  });
  const items = pages.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section className="panel" aria-label={t('collection.forms.oneTime')}>
      <h2>{t('collection.forms.oneTime')}</h2>
      <p className="muted">{t('collection.forms.oneTimeHelp')}</p>
      <FormField id="invite-customer" label={t('collection.forms.forCustomer')}>
        <RecordSelect id="invite-customer" kind="customer" value={customer} onChange={setCustomer} />
      </FormField>
      <div className="bar">
        <Checkbox checked={mail} onChange={(event) => setMail(event.target.checked)}>
          {t('collection.forms.byMail')}
        </Checkbox>
        <Checkbox checked={english} onChange={(event) => setEnglish(event.target.checked)}>
          {t('collection.forms.mailEnglish')}
        </Checkbox>
        <Button
          type="primary"
          disabled={form.state !== 'open'}
          loading={invite.isPending}
          onClick={() =>
            invite.mutate(
              {
                params,
                body: {
                  recipients: customer ? [{ customerId: customer }] : [],
                  mail: mail && customer !== null,
                  lang: english ? 'en-US' : 'zh-CN',
                },
              },
              {
                onSuccess: (made) => {
                  setCustomer(null);
                  if (made.withoutMail > 0) void message.warning(t('collection.forms.withoutMail'));
                },
              },
            )
          }
        >
          {t('collection.forms.makeLink')}
        </Button>
        <Button
          disabled={form.state !== 'open'}
          loading={remind.isPending}
          onClick={() =>
            remind.mutate({ params }, { onSuccess: () => void message.success(t('collection.forms.reminding')) })
          }
        >
          {t('collection.forms.remind')}
        </Button>
      </div>
      <ProblemAlert problem={invite.error ?? remind.error ?? pages.error} />
      <Segmented
        aria-label={t('collection.forms.oneTime')}
        value={answered}
        onChange={setAnswered}
        options={(['all', 'no', 'yes'] as const).map((value) => ({
          value,
          label: t(`collection.forms.answeredFilter.${value}`),
        }))}
      />
      {pages.data && items.length === 0 ? <EmptyState text={t('collection.forms.noLinks')} /> : null}
      <ul className="cards">
        {items.map((item) => {
          const name = item.contact ?? item.customer?.name ?? t('collection.forms.nobody');
          return (
            <li className="question-row" key={item.id}>
              <span className="grow">
                {name}
                <span className="muted small">
                  {' '}
                  {formatTime(item.createdAt)}
                  {item.email && item.mailedAt ? ` · ${item.email}` : ''}
                  {item.reminded > 0 ? ` · ${t('collection.forms.remindedTimes', { n: item.reminded })}` : ''}
                </span>
              </span>
              <Tag color={item.answeredAt ? 'success' : undefined}>
                {t(`collection.forms.answeredFilter.${item.answeredAt ? 'yes' : 'no'}`)}
              </Tag>
              {item.answeredAt ? null : <CopyButton text={location.origin + item.path} name={name} />}
            </li>
          );
        })}
      </ul>
      <LoadMore query={pages} />
    </section>
  );
}

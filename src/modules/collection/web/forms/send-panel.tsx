import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { downloadUrl } from '#ui/api.ts';
import { CopyButton } from '#ui/copy-button.tsx';
import { EmptyState } from '#ui/page.tsx';
import { type FormView, formQrCode } from '../../forms-contract.ts';
import { LinksPanel } from './links-panel.tsx';
import { originOf } from './origin.ts';
import { said } from './question-input.tsx';

/** For the site around the frame: as high as the form says it is. */
const frameScript =
  '<script>addEventListener("message",e=>{for(const f of document.querySelectorAll("iframe"))if(f.contentWindow===e.source&&e.data.kedangFormHeight)f.height=e.data.kedangFormHeight})</script>';

/** The public link, its QR code, its frame, and one-time links for chosen customers. */
export function SendPanel({ form }: { form: FormView }) {
  const { t } = useTranslation();
  if (!form.path) return <EmptyState text={t('collection.forms.publishFirst')} />;
  const origin = originOf(form);
  const address = origin + form.path;
  const frame = `<iframe src="${address}?embed=1" title="${said(form.content.title).replaceAll('"', '&quot;')}" width="100%" height="900" style="border:0"></iframe>
${frameScript}`;
  return (
    <>
      <section className="panel" aria-label={t('collection.forms.publicLink')}>
        <h2>{t('collection.forms.publicLink')}</h2>
        <p className="muted">{t('collection.forms.publicHelp')}</p>
        {form.reachable || !form.address ? null : (
          <Alert
            className="problem"
            type="warning"
            showIcon
            title={t('collection.forms.onlyHere', { address: new URL(form.address).origin })}
            description={t('collection.forms.onlyHereHelp')}
          />
        )}
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
      <LinksPanel form={form} origin={origin} />
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
    </>
  );
}

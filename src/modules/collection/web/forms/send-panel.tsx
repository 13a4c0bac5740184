import { useTranslation } from 'react-i18next';
import { downloadUrl } from '#ui/api.ts';
import { CopyButton } from '#ui/copy-button.tsx';
import { OnlyHere } from '#ui/only-here.tsx';
import { EmptyState } from '#ui/page.tsx';
import { usePublicOrigin } from '#ui/public-origin.ts';
import { type FormView, formQrCode } from '../../forms-contract.ts';
import { LinksPanel } from './links-panel.tsx';
import { said } from './question-input.tsx';

/** For the site around the frame: as high as the form says it is. */
const frameScript =
  '<script>addEventListener("message",e=>{for(const f of document.querySelectorAll("iframe"))if(f.contentWindow===e.source&&e.data.kedangFormHeight)f.height=e.data.kedangFormHeight})</script>';

/** The public link, its QR code, its frame, and one-time links for chosen customers. */
export function SendPanel({ form }: { form: FormView }) {
  const { t } = useTranslation();
  const origin = usePublicOrigin();
  if (!form.path) return <EmptyState text={t('collection.forms.publishFirst')} />;
  const address = origin + form.path;
  const frame = `<iframe src="${address}?embed=1" title="${said(form.content.title).replaceAll('"', '&quot;')}" width="100%" height="900" style="border:0"></iframe>
${frameScript}`;
  return (
    <>
      <section className="panel" aria-label={t('collection.forms.publicLink')}>
        <h2>{t('collection.forms.publicLink')}</h2>
        <p className="muted">{t('collection.forms.publicHelp')}</p>
        <OnlyHere />
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
      <LinksPanel form={form} />
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

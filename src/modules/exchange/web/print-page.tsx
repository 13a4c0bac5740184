import { DownloadOutlined, PrinterOutlined } from '@ant-design/icons';
import { Link, useParams } from '@tanstack/react-router';
import { Button } from 'antd';
import i18next from 'i18next';
import { useTranslation } from 'react-i18next';
import { downloadUrl, useEndpoint } from '#ui/api.ts';
import { formatTime } from '#ui/format.ts';
import { Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { ScrollRegion } from '#ui/scroll-region.tsx';
import { Watermark } from '#ui/watermark.tsx';
import { type CardSheet, printCard, printCardPdf } from '../contract.ts';

/** The printable card: what the printer gets, with who printed it and when across the page. */
export default function PrintPage() {
  const { t } = useTranslation();
  const { id } = useParams({ strict: false }) as { id: string };
  // Read once: looking again would be another print in the log.
  const sheet = useEndpoint(printCard, { params: { id } }, { staleTime: Number.POSITIVE_INFINITY });
  const lang = i18next.language === 'en-US' ? 'en-US' : 'zh-CN';
  return (
    <Page
      title={t('exchange.print.title')}
      actions={
        <>
          <Button
            icon={<DownloadOutlined aria-hidden />}
            href={downloadUrl(printCardPdf, { params: { id }, query: { lang } })}
            target="_blank"
          >
            {t('exchange.print.download')}
          </Button>
          <Button
            type="primary"
            icon={<PrinterOutlined aria-hidden />}
            disabled={!sheet.data}
            onClick={() => window.print()}
          >
            {t('exchange.print.print')}
          </Button>
        </>
      }
    >
      <p className="no-print">
        <Link to="/customers/$id" params={{ id }}>
          ‹ {t('exchange.print.back')}
        </Link>
      </p>
      <ProblemAlert problem={sheet.error} onRetry={() => void sheet.refetch()} />
      {sheet.data ? <Sheet sheet={sheet.data} /> : sheet.error ? null : <Loading />}
    </Page>
  );
}

function Sheet({ sheet }: { sheet: CardSheet }) {
  const { t } = useTranslation();
  const stamp = `${sheet.printedBy} ${formatTime(sheet.printedAt)}`;
  const unverified = sheet.sections.some((section) => section.items.some((item) => item.unverified));
  return (
    <article className="sheet" aria-label={sheet.name}>
      <Watermark text={stamp} />
      <h2>{sheet.name}</h2>
      <p className="muted">
        {sheet.number} · {t(`ui.kind.${sheet.kind}`)}
        {sheet.grade ? ` · ${t('exchange.print.grade')} ${sheet.grade}` : ''}
        {sheet.owner ? ` · ${t('exchange.print.owner')} ${sheet.owner}` : ''} · {t('exchange.print.author')}{' '}
        {sheet.author ?? '—'} {formatTime(sheet.createdAt, false)} · {t('exchange.print.updated')}{' '}
        {formatTime(sheet.updatedAt, false)}
      </p>
      {sheet.sections.map((section) => (
        <section key={section.label}>
          <h3>{section.label}</h3>
          <dl className="sheet-facts">
            {section.items.map((item) => (
              <div key={item.label}>
                <dt>
                  {item.label}
                  {item.unverified ? '*' : ''}
                </dt>
                <dd>{item.value}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      {sheet.people.length > 0 ? (
        <section>
          <h3>{t('exchange.print.people')}</h3>
          <ScrollRegion name={t('exchange.print.people')}>
            <table className="plain">
              <thead>
                <tr>
                  {sheet.headings.map((heading) => (
                    <th key={heading} scope="col">
                      {heading}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {sheet.people.map((row) => (
                  <tr key={row.join('|')}>
                    {row.map((cell, index) => (
                      <td key={sheet.headings[index]}>{cell}</td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollRegion>
        </section>
      ) : null}
      <section>
        <h3>{t('exchange.print.notes')}</h3>
        <div className="sheet-notes" />
      </section>
      {unverified ? <p className="muted small">{t('exchange.print.unverified')}</p> : null}
      <p className="muted small">{t('exchange.print.footer', { stamp })}</p>
    </article>
  );
}

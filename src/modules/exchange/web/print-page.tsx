import { DownloadOutlined, PrinterOutlined } from '@ant-design/icons';
import { Link, useParams } from '@tanstack/react-router';
import { Button } from 'antd';
import i18next from 'i18next';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { useTranslation } from 'react-i18next';
import { downloadUrl, useEndpoint } from '#ui/api.ts';
import { formatNumber, formatTime } from '#ui/format.ts';
import { Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { ScrollRegion } from '#ui/scroll-region.tsx';
import { Watermark } from '#ui/watermark.tsx';
import { type CardSheet, printCard, printCardPdf, sheetText, sheetVersions, wideText } from '../contract.ts';
import './print.css';

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
        sheet.error ? null : (
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
        )
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

/** Sizes of letters in points, and the height of an A4 page within its margins in pixels (a hundredth spared for rounding). */
const sizes = [9, 8, 7, 6, 5];
const pageHeight = ((297 - 2 * 10) / 25.4) * 96 * 0.99;

/** On paper the card is one A4 page: the largest letters are taken with which it fits, in the fullest version that fits in any. */
function useOnePage(versions: number): { page: RefObject<HTMLElement | null>; version: number } {
  const page = useRef<HTMLElement>(null);
  const [version, setVersion] = useState(0);
  useEffect(() => {
    const fit = () => {
      const element = page.current;
      if (!element) return;
      element.classList.add('on-paper');
      const fits = (points: number) => {
        element.style.fontSize = `${points}pt`;
        return element.offsetHeight <= pageHeight;
      };
      // The printer takes the page as it stands when this returns.
      for (let next = 0; next < versions; next += 1) {
        flushSync(() => setVersion(next));
        if (sizes.some(fits)) return;
      }
    };
    const back = () => {
      page.current?.classList.remove('on-paper');
      page.current?.style.removeProperty('font-size');
      setVersion(0);
    };
    window.addEventListener('beforeprint', fit);
    window.addEventListener('afterprint', back);
    return () => {
      window.removeEventListener('beforeprint', fit);
      window.removeEventListener('afterprint', back);
    };
  }, [versions]);
  return { page, version };
}

function Sheet({ sheet: card }: { sheet: CardSheet }) {
  const { t } = useTranslation();
  const versions = sheetVersions(card);
  const { page, version } = useOnePage(versions.length);
  const { sheet, most } = versions[version] ?? { sheet: card, most: undefined };
  const stamp = `${sheet.printedBy} ${formatTime(sheet.printedAt)}`;
  const unverified = sheet.sections.some((section) => section.items.some((item) => item.unverified));
  return (
    <article ref={page} className="sheet one-page" aria-label={sheet.name}>
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
            {section.items.map((item) => {
              const value = sheetText(item.value, most);
              return (
                <div key={item.label} className={value.length > wideText ? 'wide' : undefined}>
                  <dt>
                    {item.label}
                    {item.unverified ? '*' : ''}
                  </dt>
                  <dd>{value}</dd>
                </div>
              );
            })}
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
                      <td key={sheet.headings[index]}>{sheetText(cell, most)}</td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollRegion>
          {sheet.morePeople > 0 ? (
            <p className="muted small">{t('exchange.print.morePeople', { n: formatNumber(sheet.morePeople) })}</p>
          ) : null}
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

import { PrinterOutlined } from '@ant-design/icons';
import { Link, useParams } from '@tanstack/react-router';
import { Button } from 'antd';
import { Suspense, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDictionary } from '#modules/fields/web/index.tsx';
import { useEndpoint } from '#ui/api.ts';
import { FieldValue } from '#ui/fields/field-value.tsx';
import { formatTime } from '#ui/format.ts';
import { label } from '#ui/i18n.ts';
import { Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { useSession } from '#ui/session.tsx';
import { useSlots } from '#ui/slots.tsx';
import { Watermark } from '#ui/watermark.tsx';
import { getBrief } from '../brief-contract.ts';
import './brief.css';

const shown = [
  ...['grade', 'phones', 'addresses', 'industry', 'mainProducts'],
  ...['creditStatus', 'pastCreditProblems', 'problems', 'remark'],
];

/** How far a full brief is shortened to stay on the screen (`brief.css`). */
const shortest = 5;

/** The brief is shortened step by step until it fits; who wants all of it asks for all. */
function useOneScreen(): { brief: (element: HTMLElement | null) => void; short: number; all(): void } {
  const [element, brief] = useState<HTMLElement | null>(null);
  const [short, setShort] = useState(0);
  const whole = useRef(false);
  useEffect(() => {
    const screen = element?.closest('main');
    if (!element || !screen) return;
    const observer = new ResizeObserver(() => {
      // What is still on its way stands larger than what comes.
      const loaded = element.querySelector('.loading') === null;
      if (loaded && !whole.current && screen.scrollHeight > screen.clientHeight)
        // From what stands there now: heard of twice before it is shown, it would be shortened twice.
        setShort(Math.min(shortest, Number(element.dataset.short) + 1));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [element]);
  const all = () => {
    whole.current = true;
    setShort(0);
  };
  return { brief, short, all };
}

/** What to know before a visit, on one screen, by one request; each part is told by the module that holds it. */
export default function BriefPage() {
  const { t } = useTranslation();
  const { id } = useParams({ strict: false }) as { id: string };
  const { briefParts } = useSlots();
  const dictionary = useDictionary('customer');
  const { user } = useSession();
  const { brief, short, all } = useOneScreen();
  const { data, error, refetch, dataUpdatedAt } = useEndpoint(getBrief, { params: { id } });
  if (error)
    return (
      <Page title={t('customers.brief.title')} actions={<Link to="/customers">{t('customers.title')}</Link>}>
        <ProblemAlert problem={error} onRetry={() => void refetch()} />
      </Page>
    );
  if (!data || !dictionary) return <Loading />;
  const { card, parts } = data;
  const fields = shown.flatMap((key) => {
    const field = dictionary.byKey.get(key);
    return field && card.values[key] !== undefined && card.values[key] !== null ? [field] : [];
  });
  const told = briefParts.filter((part) => parts[part.key] !== undefined);
  const isEmpty = ({ key, empty }: (typeof told)[number]) => empty(parts[key] as never);
  const nothing = told.filter((part) => part.tab && isEmpty(part));
  return (
    <Page
      title={String(card.values.name ?? t('customers.noName'))}
      actions={
        <>
          <Link to="/customers/$id" params={{ id: card.id }}>
            {t('customers.brief.card')}
          </Link>
          <Button className="not-phone" icon={<PrinterOutlined aria-hidden />} onClick={() => window.print()}>
            {t('customers.brief.print')}
          </Button>
        </>
      }
    >
      <p className="muted brief-line">
        <strong className="print-only">{String(card.values.name ?? '')} · </strong>
        {t('customers.brief.title')} · {card.number} · {card.owner?.name ?? t('customers.noOwner')}
      </p>
      <Watermark
        className="brief-watermark"
        text={`${user.name} ${formatTime(new Date(dataUpdatedAt).toISOString())}`}
      />
      <div className="brief" ref={brief} data-short={short}>
        {fields.length > 0 ? (
          <section className="panel" aria-labelledby="brief-card">
            <h2 id="brief-card">{t('customers.brief.facts')}</h2>
            <dl className="brief-facts">
              {fields.map((field) => (
                <div key={field.key}>
                  <dt>{label(field.label)}</dt>
                  <dd>
                    <FieldValue field={field} value={card.values[field.key]} labels={card.labels} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ) : null}
        {told
          .filter((part) => !isEmpty(part))
          .map(({ key, label: title, component: Part }) => (
            <section key={key} className="panel" aria-labelledby={`brief-${key}`}>
              <h2 id={`brief-${key}`}>{t(title)}</h2>
              <Suspense fallback={<Loading />}>
                <Part customerId={card.id} data={parts[key]} />
              </Suspense>
            </section>
          ))}
        {nothing.length > 0 ? (
          <p className="muted brief-nothing">
            <strong>{t('customers.brief.nothing')}</strong>
            {nothing.map(({ key, label: title, tab }) => (
              <Link key={key} to="/customers/$id" params={{ id: card.id }} search={{ tab } as never}>
                {t(title)}
              </Link>
            ))}
          </p>
        ) : null}
        {short > 1 ? (
          <Button type="link" size="small" className="brief-all" onClick={all}>
            {t('customers.brief.all')}
          </Button>
        ) : null}
      </div>
    </Page>
  );
}

import { App, Button, Progress } from 'antd';
import { useTranslation } from 'react-i18next';
import { verifyValue } from '#modules/customers/contract.ts';
import { useDictionary } from '#modules/fields/web/index.tsx';
import { useEndpoint, useSend } from '#ui/api.ts';
import { formatNumber, formatTime } from '#ui/format.ts';
import { useNextFocus } from '#ui/next-focus.ts';
import { ProblemAlert } from '#ui/page.tsx';
import { customerCompleteness } from '../completeness-contract.ts';
import './completeness.css';

/** Brings a field of the card into view and opens it; the card's own tab is opened first where another shows. */
function openField(panel: Element, key: string): void {
  const card = panel.closest('.customer-card') ?? document;
  const find = () => card.querySelector(`[data-field="${CSS.escape(key)}"]`);
  const go = (field: Element) => {
    field.scrollIntoView({ block: 'center' });
    (field.querySelector('.inline-edit') as HTMLElement | null)?.click();
  };
  const field = find();
  if (field && field.getClientRects().length > 0) {
    go(field);
    return;
  }
  (card.querySelector('[role=tab]') as HTMLElement | null)?.click();
  setTimeout(() => {
    const later = find();
    if (later) go(later);
  }, 300);
}

/** How complete and fresh the card is, what to ask next and what to check again. */
export default function CompletenessPanel({ customerId }: { customerId: string }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const dictionary = useDictionary('customer');
  const { data, error } = useEndpoint(customerCompleteness, { params: { id: customerId } });
  const verify = useSend(verifyValue, ['/customers']);
  const held = useNextFocus<HTMLElement>(data?.stale.map((item) => item.key) ?? [], '.completeness-stale > li');
  if (error) return <ProblemAlert problem={error} />;
  if (!data || !dictionary) return null;
  const { nameOf: name } = dictionary;
  const confirm = (key: string) =>
    verify.mutate(
      { params: { id: customerId, key }, ifMatch: data.version, body: {} },
      {
        onSuccess: () => void message.success(t('quality.completeness.confirmed', { name: name(key) })),
        onError: (problem) => void message.error(problem.message),
      },
    );
  return (
    <section className="panel completeness-panel" aria-label={t('quality.completeness.title')} tabIndex={-1} {...held}>
      <div className="row">
        <strong>{t('quality.completeness.title')}</strong>
        <Progress
          className="grow"
          percent={data.score ?? 0}
          status="normal"
          size="small"
          aria-label={t('quality.completeness.title')}
        />
      </div>
      {data.missing.length > 0 && data.can.update ? (
        <>
          <p className="muted small">{t('quality.completeness.askNext', { n: formatNumber(data.missingCount) })}</p>
          <ul className="completeness-next" aria-label={t('quality.completeness.nextList')}>
            {data.missing.map((item) => (
              <li key={item.key}>
                <Button size="small" onClick={(event) => openField(event.currentTarget, item.key)}>
                  {name(item.key)} <span className="muted">+{formatNumber(item.points)} %</span>
                </Button>
              </li>
            ))}
          </ul>
        </>
      ) : null}
      {data.stale.length > 0 ? (
        <>
          <p className="muted small">{t('quality.completeness.staleHelp')}</p>
          <ul className="completeness-stale">
            {data.stale.map((item) => (
              <li key={item.key} className="row" tabIndex={-1}>
                <span>{name(item.key)}</span>
                <span className="muted small grow">
                  {t('quality.completeness.age', { days: formatNumber(item.days), limit: formatNumber(item.limit) })}
                </span>
                {data.can.verify ? (
                  <Button
                    size="small"
                    loading={verify.isPending}
                    aria-label={t('quality.completeness.stillRightOf', { name: name(item.key) })}
                    onClick={() => confirm(item.key)}
                  >
                    {t('quality.completeness.stillRight')}
                  </Button>
                ) : null}
                {data.can.update ? (
                  <Button
                    size="small"
                    type="text"
                    aria-label={t('quality.completeness.changeOf', { name: name(item.key) })}
                    onClick={(event) => openField(event.currentTarget, item.key)}
                  >
                    {t('quality.completeness.change')}
                  </Button>
                ) : null}
              </li>
            ))}
          </ul>
        </>
      ) : null}
      {data.freshestOn ? (
        <p className="muted small">{t('quality.completeness.freshest', { day: formatTime(data.freshestOn, false) })}</p>
      ) : null}
    </section>
  );
}

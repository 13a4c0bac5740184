import { Link, useNavigate } from '@tanstack/react-router';
import { Button, Select, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { oneOf, useAddress } from '#ui/address.ts';
import { useSend } from '#ui/api.ts';
import { formatTime, labelled } from '#ui/format.ts';
import { itemsOf, LoadMore, usePages } from '#ui/load-more.tsx';
import { useNextFocus } from '#ui/next-focus.ts';
import { EmptyState, Loading, ProblemAlert } from '#ui/page.tsx';
import { type DuplicatePair, decideDuplicate, listDuplicates, pairStates } from '../duplicates-contract.ts';

const scores = [0, 0.6, 0.8, 0.9, 0.95];
export const percent = (score: number) => Math.min(99, Math.round(score * 100));

/** Pairs to be decided, the surest first. */
export function Queue() {
  const { t } = useTranslation();
  const [{ state, minScore }, put] = useAddress({ state: oneOf(pairStates, 'open'), minScore: oneOf(scores, 0) });
  const pages = usePages(listDuplicates, { query: { state, minScore, limit: 30 } });
  const items = itemsOf(pages);
  const held = useNextFocus(items.map((pair) => pair.id));
  return (
    <>
      <div className="bar">
        <Select
          aria-label={t('quality.duplicates.state')}
          value={state}
          popupMatchSelectWidth={false}
          options={pairStates.map((key) => ({ value: key, label: t(`quality.duplicates.states.${key}`) }))}
          onChange={(next) => put({ state: next })}
        />
        <Select
          aria-label={t('quality.duplicates.minScore')}
          value={minScore}
          popupMatchSelectWidth={false}
          options={scores.map((value) => ({
            value,
            label:
              value === 0
                ? labelled(t('quality.duplicates.minScore'), t('quality.duplicates.minScoreAll'))
                : t('quality.duplicates.minScoreFrom', { n: percent(value) }),
          }))}
          onChange={(next) => put({ minScore: next })}
        />
      </div>
      <ProblemAlert problem={pages.error} onRetry={() => void pages.refetch()} />
      {pages.isPending ? <Loading /> : null}
      {pages.data && items.length === 0 ? (
        <EmptyState text={t(state === 'open' ? 'quality.duplicates.none' : 'quality.duplicates.noneState')} />
      ) : null}
      <div tabIndex={-1} {...held}>
        {items.map((pair) => (
          <Pair key={pair.id} pair={pair} />
        ))}
      </div>
      <LoadMore query={pages} />
    </>
  );
}

function Pair({ pair }: { pair: DuplicatePair }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const decide = useSend(decideDuplicate, ['/duplicates']);
  const send = (decision: 'open' | 'later' | 'same' | 'different') =>
    decide.mutate({ params: { id: pair.id }, ifMatch: pair.version, body: { decision } });
  const choices = (['different', 'later'] as const).filter((key) => key !== pair.state);
  return (
    <section className="panel" aria-label={`${pair.a.name} / ${pair.b.name}`} tabIndex={-1}>
      <div className="row">
        <strong>{t('quality.duplicates.score', { n: percent(pair.score) })}</strong>
        <span className="grow" />
        <span className="muted small">
          {t(`quality.duplicates.foundBy.${pair.foundBy}`)} · {formatTime(pair.foundAt)}
        </span>
      </div>
      <ul>
        {[pair.a, pair.b].map((item) => (
          <li key={item.id}>
            <strong>
              <Link to="/customers/$id" params={{ id: item.id }}>
                {item.name}
              </Link>
            </strong>{' '}
            <span className="muted">
              {item.number} · {t(`ui.kind.${item.kind}`)}
              {item.grade ? ` · ${item.grade}` : ''}
              {item.ownerName ? ` · ${item.ownerName}` : ''}
            </span>
          </li>
        ))}
      </ul>
      <p className="small">
        <span className="muted">{labelled(t('quality.duplicates.why'))}</span>
        {pair.reasons.map((reason) => (
          <Tag key={reason.column + reason.level}>
            {t(`quality.duplicates.columns.${reason.column}`)} {t(`quality.duplicates.level.${reason.level}`)}{' '}
            {reason.bits > 0 ? '+' : '−'}
            {Math.abs(reason.bits)}
          </Tag>
        ))}
      </p>
      {pair.decidedBy && pair.decidedAt ? (
        <p className="muted small">
          {t(`quality.duplicates.states.${pair.state}`)} ·{' '}
          {t('quality.duplicates.decidedBy', { who: pair.decidedBy, when: formatTime(pair.decidedAt) })}
          {pair.note ? ` · ${pair.note}` : ''}
        </p>
      ) : null}
      <ProblemAlert problem={decide.error} />
      {pair.state === 'merged' ? null : (
        <div className="row">
          <Button
            type="primary"
            onClick={() => void navigate({ to: '/duplicates/merge', search: { ids: `${pair.a.id},${pair.b.id}` } })}
          >
            {t('quality.duplicates.merge')}
          </Button>
          {choices.map((key) => (
            <Button key={key} loading={decide.isPending} onClick={() => send(key)}>
              {t(`quality.duplicates.decide.${key}`)}
            </Button>
          ))}
          {pair.state === 'open' ? null : (
            <Button type="text" loading={decide.isPending} onClick={() => send('open')}>
              {t('quality.duplicates.decide.open')}
            </Button>
          )}
        </div>
      )}
    </section>
  );
}

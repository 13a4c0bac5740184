import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEndpoint } from '#ui/api.ts';
import { formatNumber, formatTime } from '#ui/format.ts';
import { label } from '#ui/i18n.ts';
import { EmptyState, Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { ScrollRegion } from '#ui/scroll-region.tsx';
import { useSession } from '#ui/session.tsx';
import { type Governance, getGovernance, keptThings, type NightlyFigures } from '../governance-contract.ts';
import {
  type FigureKey,
  governanceFigures,
  keptTargets,
  listsAll,
  roleItself,
  roleUsers,
} from '../governance-targets.ts';
import { GovernanceDetails } from './governance-details.tsx';
import { type Details, Opens } from './governance-opens.tsx';

/** The questions about the dossiers, each with figures that open what is behind them. */
export default function GovernancePage() {
  const { t } = useTranslation();
  const { data, error, refetch } = useEndpoint(getGovernance, {}, { staleTime: 0 });
  return (
    <Page title={t('quality.governance.title')}>
      <ProblemAlert problem={error} onRetry={() => void refetch()} />
      {!data && !error ? <Loading /> : null}
      {data && !data.nightly ? <EmptyState text={t('quality.governance.notYet')} /> : null}
      {data?.countedAt ? (
        <p className="muted small">{t('quality.completeness.calculatedAt', { when: formatTime(data.countedAt) })}</p>
      ) : null}
      {data?.nightly ? <Questions data={data} n={data.nightly} /> : null}
    </Page>
  );
}

function Question({ id, children, note }: { id: string; children: ReactNode; note?: string }) {
  const { t } = useTranslation();
  return (
    <section className="panel" aria-labelledby={`governance-${id}`}>
      <h2 id={`governance-${id}`}>{t(`quality.governance.questions.${id}`)}</h2>
      <dl className="figures">{children}</dl>
      {note ? <p className="muted">{note}</p> : null}
    </section>
  );
}

function Questions({ data, n }: { data: Governance; n: NightlyFigures }) {
  const { t } = useTranslation();
  const { grants } = useSession();
  const [details, setDetails] = useState<Details | null>(null);
  const figures = governanceFigures(data, n);
  const first = data.growth[0];
  const megabytes = (bytes: number) => `${formatNumber(Math.round(bytes / 1_048_576))} MB`;
  const nameOf = (key: FigureKey) =>
    key === 'growth' && first
      ? t('quality.governance.since', { day: formatTime(first.day, false) })
      : t(`quality.governance.figures.${key}`);
  const shown = (key: FigureKey) => {
    if (key === 'databaseBytes') return megabytes(n.databaseBytes);
    if (key === 'secondFactor') return `${formatNumber(data.users.secondFactor)} / ${formatNumber(data.users.active)}`;
    const { value } = figures[key];
    if (key !== 'growth') return formatNumber(value);
    const bytes = n.databaseBytes - (first?.databaseBytes ?? n.databaseBytes);
    return `${value < 0 ? '−' : '+'}${formatNumber(Math.abs(value))} · ${bytes < 0 ? '−' : '+'}${megabytes(Math.abs(bytes))}`;
  };
  const list = (...keys: FigureKey[]) =>
    keys.map((key) => (
      <div key={key}>
        <dt>{nameOf(key)}</dt>
        <dd>
          <Opens target={figures[key].target} name={nameOf(key)} onDetails={setDetails}>
            {shown(key)}
          </Opens>
        </dd>
      </div>
    ));
  return (
    <>
      {grants['customer:read'] && !listsAll(figures.customers.target, grants) ? (
        <p className="muted">{t('quality.governance.wholeCompany')}</p>
      ) : null}
      <Question id="stored">{list('customers', 'contacts', 'events', 'fields', 'custom', 'personal')}</Question>
      <Question id="size">{list('databaseBytes', 'customersNew30', 'growth')}</Question>
      <Question id="asked">{list('filterable', 'views')}</Question>
      <Question id="manages">{list('activeUsers', 'noOwner')}</Question>
      <Roles data={data} />
      <Question id="safe">
        {list('secondFactor', 'secondFactorOff', 'sensitive', 'failedSignIns30', 'denied30')}
      </Question>
      <Question
        id="kept"
        note={t('quality.governance.keptText', { day: n.firstLogDay ? formatTime(n.firstLogDay, false) : '—' })}
      >
        {list('trashed')}
        {keptThings.map((thing) => (
          <div key={thing}>
            <dt>{t(`quality.governance.kept.${thing}`)}</dt>
            <dd>
              <Opens target={keptTargets[thing]} counted={false} name={t(`quality.governance.kept.${thing}`)}>
                {t('quality.governance.days', { n: data.kept[thing] })}
              </Opens>
            </dd>
          </div>
        ))}
      </Question>
      <Question id="used">{list('views30', 'viewedCustomers30', 'searches30', 'exports30', 'readers30')}</Question>
      <Question id="correct">
        <div>
          <dt>{t('quality.governance.figures.average')}</dt>
          <dd>
            <Opens
              target={{ path: '/completeness', search: {}, permission: 'customer:read' }}
              name={t('quality.governance.figures.average')}
            >
              {n.average === null ? '—' : `${formatNumber(n.average)} %`}
            </Opens>
          </dd>
        </div>
        {list('low', 'stale', 'invalid', 'tracked')}
      </Question>
      {details ? (
        <GovernanceDetails details={details} data={data} n={n} onClose={() => setDetails(null)} megabytes={megabytes} />
      ) : null}
    </>
  );
}

function Roles({ data }: { data: Governance }) {
  const { t } = useTranslation();
  return (
    <section className="panel" aria-labelledby="governance-sees">
      <h2 id="governance-sees">{t('quality.governance.questions.sees')}</h2>
      <ScrollRegion name={t('quality.governance.questions.sees')}>
        <table className="plain">
          <thead>
            <tr>
              {(['role', 'users', 'scope', 'clearance', 'export'] as const).map((key) => (
                <th scope="col" key={key}>
                  {t(`quality.governance.roles.${key}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {data.roles.map((role) => (
              <tr key={role.id}>
                <th scope="row">
                  <Opens target={roleItself(role.id)} name={t('quality.governance.roles.role')}>
                    {label(role)}
                  </Opens>
                </th>
                <td>
                  <Opens target={roleUsers(role.id)} name={`${label(role)} ${t('quality.governance.roles.users')}`}>
                    {formatNumber(role.users)}
                  </Opens>
                </td>
                <td>{role.scope ? t(`ui.scope.${role.scope}`) : t('quality.governance.noCustomers')}</td>
                <td>{t(`ui.sensitivity.${role.clearance}`)}</td>
                <td>{t(`quality.governance.export.${role.canExport}`)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </section>
  );
}

import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Condition } from '#shared/conditions.ts';
import { useEndpoint } from '#ui/api.ts';
import { formatNumber, formatTime } from '#ui/format.ts';
import { label } from '#ui/i18n.ts';
import { EmptyState, Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { ScrollRegion } from '#ui/scroll-region.tsx';
import { useCan } from '#ui/session.tsx';
import { getGovernance } from '../governance-contract.ts';
import { CustomersLink } from './customers-link.tsx';

const since: Condition = { field: 'createdAt', op: 'withinLast', value: { count: 30, unit: 'day' } };

function Figure({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Question({ id, children }: { id: string; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <section className="panel" aria-labelledby={`governance-${id}`}>
      <h2 id={`governance-${id}`}>{t(`quality.governance.questions.${id}`)}</h2>
      <dl className="figures">{children}</dl>
    </section>
  );
}

/** The eight questions about the dossiers, each with figures that open what is behind them. */
export default function GovernancePage() {
  const { t } = useTranslation();
  const can = useCan();
  const { data, error, refetch } = useEndpoint(getGovernance, {}, { staleTime: 0 });
  const name = (key: string) => t(`quality.governance.figures.${key}`);
  const megabytes = (bytes: number) => `${formatNumber(Math.round(bytes / 1_048_576))} MB`;
  const n = data?.nightly;
  const first = data?.growth[0];
  const customers = (key: string, count: number, filter: Condition) => (
    <Figure name={name(key)}>
      <CustomersLink filter={filter} count={count} of={name(key)} />
    </Figure>
  );
  const linked = (key: string, count: number, path: string, permission: string) => (
    <Figure name={name(key)}>
      {can(permission) ? (
        <Link to={path} aria-label={t('quality.open', { name: name(key), n: formatNumber(count) })}>
          {formatNumber(count)}
        </Link>
      ) : (
        formatNumber(count)
      )}
    </Figure>
  );
  return (
    <Page title={t('quality.governance.title')}>
      <ProblemAlert problem={error} onRetry={() => void refetch()} />
      {!data && !error ? <Loading /> : null}
      {data && !n ? <EmptyState text={t('quality.governance.notYet')} /> : null}
      {data?.countedAt ? (
        <p className="muted small">{t('quality.completeness.calculatedAt', { when: formatTime(data.countedAt) })}</p>
      ) : null}
      {data && n ? (
        <>
          <Question id="stored">
            {customers('customers', n.customers, { all: [] })}
            <Figure name={name('contacts')}>{formatNumber(n.contacts)}</Figure>
            <Figure name={name('events')}>{formatNumber(n.events)}</Figure>
            {linked('fields', data.fields.total, '/settings/fields', 'field:manage')}
            <Figure name={name('custom')}>{formatNumber(data.fields.custom)}</Figure>
            <Figure name={name('personal')}>{formatNumber(data.fields.personal)}</Figure>
          </Question>
          <Question id="size">
            <Figure name={name('databaseBytes')}>{megabytes(n.databaseBytes)}</Figure>
            {customers('customersNew30', n.customersNew30, since)}
            {first && first.day !== data.growth.at(-1)?.day ? (
              <Figure name={t('quality.governance.since', { day: formatTime(first.day, false) })}>
                +{formatNumber(n.customers - first.customers)} · +{megabytes(n.databaseBytes - first.databaseBytes)}
              </Figure>
            ) : null}
          </Question>
          <Question id="asked">
            <Figure name={name('filterable')}>{formatNumber(data.fields.filterable)}</Figure>
            <Figure name={name('views')}>{formatNumber(data.fields.views)}</Figure>
          </Question>
          <Question id="manages">
            {linked('activeUsers', data.users.active, '/settings/users', 'user:read')}
            {customers('noOwner', n.noOwner, { field: 'ownerId', op: 'empty' })}
          </Question>
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
                    <tr key={role.en + role.zh}>
                      <th scope="row">{label(role)}</th>
                      <td>{formatNumber(role.users)}</td>
                      <td>{t(`quality.governance.scopes.${role.scope ?? 'none'}`)}</td>
                      <td>{t(`quality.governance.clearances.${role.clearance}`)}</td>
                      <td>{t(`quality.governance.export.${role.canExport}`)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </ScrollRegion>
          </section>
          <Question id="safe">
            <Figure name={name('secondFactor')}>
              {formatNumber(data.users.secondFactor)} / {formatNumber(data.users.active)}
            </Figure>
            <Figure name={name('sensitive')}>{formatNumber(data.fields.sensitive)}</Figure>
            {linked('failedSignIns30', n.failedSignIns30, '/settings/audit', 'audit:read')}
            {linked('denied30', n.denied30, '/settings/audit', 'audit:read')}
          </Question>
          <Question id="used">
            {linked('views30', n.views30, '/settings/audit', 'audit:read')}
            <Figure name={name('viewedCustomers30')}>{formatNumber(n.viewedCustomers30)}</Figure>
            <Figure name={name('searches30')}>{formatNumber(n.searches30)}</Figure>
            {linked('exports30', n.exports30, '/settings/audit', 'audit:read')}
            <Figure name={name('readers30')}>{formatNumber(n.readers30)}</Figure>
          </Question>
          <Question id="correct">
            <Figure name={name('average')}>
              <Link to="/completeness">{n.average === null ? '—' : `${formatNumber(n.average)} %`}</Link>
            </Figure>
            {customers('low', n.low, { field: 'completeness', op: 'lt', value: 60 })}
            {customers('stale', n.stale, { field: 'staleFields', op: 'gt', value: 0 })}
            {customers('invalid', n.invalid, { field: 'invalidPoints', op: 'gt', value: 0 })}
          </Question>
        </>
      ) : null}
    </Page>
  );
}

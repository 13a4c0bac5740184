import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Condition } from '#shared/conditions.ts';
import { localDay } from '#shared/dates/zoned.ts';
import { useEndpoint } from '#ui/api.ts';
import { formatNumber, formatTime } from '#ui/format.ts';
import { label } from '#ui/i18n.ts';
import { EmptyState, Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { ScrollRegion } from '#ui/scroll-region.tsx';
import { useCan, useSession } from '#ui/session.tsx';
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
  const { org } = useSession();
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
  const linked = (key: string, count: number, path: string, permission: string, search = {}) => (
    <Figure name={name(key)}>
      {can(permission) ? (
        <Link
          to={path}
          search={search as never}
          aria-label={t('quality.open', { name: name(key), n: formatNumber(count) })}
        >
          {formatNumber(count)}
        </Link>
      ) : (
        formatNumber(count)
      )}
    </Figure>
  );
  /** The log of the same thirty days, of one action where there is one. */
  const logged = (key: string, count: number, search: { log: string; what?: string }) => {
    const from = data?.countedAt ? localDay(new Date(Date.parse(data.countedAt) - 30 * 86_400_000), org.timeZone) : '';
    return linked(key, count, '/settings/audit', 'audit:read', { from, ...search });
  };
  const ofFields = (key: string, count: number) => linked(key, count, '/settings/fields', 'field:manage');
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
            {linked('contacts', n.contacts, '/contacts', 'customer:read')}
            {linked('events', n.events, '/settings/audit', 'audit:read', { log: 'event' })}
            {ofFields('fields', data.fields.total)}
            {ofFields('custom', data.fields.custom)}
            {ofFields('personal', data.fields.personal)}
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
            {ofFields('filterable', data.fields.filterable)}
            {linked('views', data.fields.views, '/customers', 'customer:read')}
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
            {ofFields('sensitive', data.fields.sensitive)}
            {logged('failedSignIns30', n.failedSignIns30, { log: 'access', what: 'signInFailed' })}
            {logged('denied30', n.denied30, { log: 'access', what: 'denied' })}
          </Question>
          <Question id="used">
            {logged('views30', n.views30, { log: 'access', what: 'view' })}
            {logged('viewedCustomers30', n.viewedCustomers30, { log: 'access', what: 'view' })}
            {logged('searches30', n.searches30, { log: 'access', what: 'search' })}
            {logged('exports30', n.exports30, { log: 'access', what: 'export' })}
            {logged('readers30', n.readers30, { log: 'access' })}
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

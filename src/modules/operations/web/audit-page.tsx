import { RobotOutlined } from '@ant-design/icons';
import { Link, useSearch } from '@tanstack/react-router';
import { Alert, Button, Select, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDictionary } from '#modules/fields/web/index.tsx';
import { useSend } from '#ui/api.ts';
import { RecordSelect } from '#ui/fields/record-select.tsx';
import { formatNumber, formatTime, listed } from '#ui/format.ts';
import { label } from '#ui/i18n.ts';
import { LoadMore, usePages } from '#ui/load-more.tsx';
import { EmptyState, Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { Period } from '#ui/period.tsx';
import { ScrollRegion } from '#ui/scroll-region.tsx';
import { useCan } from '#ui/session.tsx';
import { auditVerification, listAudit } from '../contract.ts';
import { AuditDetail } from './audit-detail.tsx';

const actions: string[] = [
  'view',
  'list',
  'search',
  'export',
  'download',
  'print',
  'signIn',
  'signInFailed',
  'signOut',
  'denied',
];
const subjects = [
  'customer',
  'contact',
  'note',
  'field',
  'section',
  'role',
  'user',
  'token',
  'import',
  'export',
  'view',
];

export default function AuditPage() {
  const { t } = useTranslation();
  const dictionary = useDictionary('customer');
  const can = useCan();
  const asked = useSearch({ strict: false }) as Record<string, unknown>;
  const [log, setLog] = useState<'both' | 'event' | 'access'>(
    asked.log === 'event' || asked.log === 'access' ? asked.log : 'both',
  );
  const [from, setFrom] = useState(/^\d{4}-\d{2}-\d{2}$/.test(String(asked.from)) ? String(asked.from) : '');
  const [to, setTo] = useState('');
  const [what, setWhat] = useState(actions.find((action) => action === asked.what));
  const [actorId, setActorId] = useState<string | null>(null);
  const [customerId, setCustomerId] = useState<string | null>(null);
  const pages = usePages(listAudit, {
    query: {
      log,
      ...(from ? { from } : {}),
      ...(to ? { to } : {}),
      ...(what ? { what } : {}),
      ...(actorId ? { actorId } : {}),
      ...(customerId ? { customerId } : {}),
    },
  });
  const verification = useSend(auditVerification);
  const items = pages.data?.pages.flatMap((page) => page.items) ?? [];
  const result = verification.data;
  const nameOf = (key: string) => {
    const field = dictionary?.byKey.get(key);
    return field ? label(field.label) : key;
  };
  /** An access is one word; a change has a name of its own, or that of what was done. */
  const wordsOf = (code: string) => {
    const verb = code.split('.').at(-1) ?? code;
    return t(`events.${code.replaceAll('.', '_')}`, {
      defaultValue: t(`operations.audit.${code.includes('.') ? 'verbs' : 'actions'}.${verb}`, { defaultValue: code }),
    });
  };
  return (
    <Page
      title={t('operations.audit.title')}
      actions={
        <Button loading={verification.isPending} onClick={() => verification.mutate({})}>
          {t('operations.audit.verify')}
        </Button>
      }
    >
      <ProblemAlert problem={verification.error} />
      {result ? (
        <Alert
          role="status"
          showIcon
          type={result.ok ? 'success' : 'error'}
          className="problem"
          title={
            result.ok
              ? t('operations.audit.ok', { blocks: formatNumber(result.blocks), records: formatNumber(result.records) })
              : t('operations.audit.bad', {
                  what: result.problem
                    ? t(`operations.audit.problems.${result.problem.what}`, { defaultValue: result.problem.what })
                    : '',
                  id: result.problem?.id ?? '',
                })
          }
          description={result.pending > 0 ? t('operations.audit.pending', { n: result.pending }) : undefined}
        />
      ) : null}
      <div className="bar">
        <Select
          aria-label={t('operations.audit.log')}
          value={log}
          options={(['both', 'event', 'access'] as const).map((key) => ({
            value: key,
            label: t(`operations.audit.logs.${key}`),
          }))}
          onChange={setLog}
          popupMatchSelectWidth={false}
        />
        <span className="audit-actor">
          <RecordSelect
            aria-label={t('operations.audit.who')}
            placeholder={t('operations.audit.who')}
            kind="user"
            value={actorId}
            onChange={setActorId}
          />
        </span>
        {can('customer:read') ? (
          <span className="audit-actor">
            <RecordSelect
              aria-label={t('operations.audit.customer')}
              placeholder={t('operations.audit.customer')}
              kind="customer"
              value={customerId}
              onChange={setCustomerId}
            />
          </span>
        ) : null}
        <Select
          className="audit-what"
          aria-label={t('operations.audit.what')}
          placeholder={t('operations.audit.what')}
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          value={what}
          options={[
            ...actions.map((key) => ({ value: key, label: t(`operations.audit.actions.${key}`) })),
            ...subjects.map((key) => ({
              value: `${key}.`,
              label: t('operations.audit.changesOf', { name: t(`operations.audit.subjects.${key}`) }),
            })),
          ]}
          onChange={(next?: string) => setWhat(next)}
          popupMatchSelectWidth={false}
        />
        <Period
          from={from}
          to={to}
          onChange={(days) => {
            setFrom(days.from ?? from);
            setTo(days.to ?? to);
          }}
        />
      </div>
      <ProblemAlert problem={pages.error} onRetry={() => void pages.refetch()} />
      {pages.isPending ? <Loading /> : null}
      {!pages.isPending && items.length === 0 ? <EmptyState text={t('operations.audit.none')} /> : null}
      <ScrollRegion name={t('operations.audit.title')} className="panel">
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t('operations.audit.when')}</th>
              <th scope="col">{t('operations.audit.who')}</th>
              <th scope="col">{t('operations.audit.what')}</th>
              <th scope="col">{t('operations.audit.subject')}</th>
              <th scope="col">{t('operations.audit.detail')}</th>
              <th scope="col">{t('operations.audit.ip')}</th>
            </tr>
          </thead>
          <tbody>
            {items.map((item) => (
              <tr key={item.id}>
                <td className="nowrap">{formatTime(item.at)}</td>
                <td>
                  {item.actorKind === 'system' ? (
                    <Tag icon={<RobotOutlined aria-hidden />}>{t('operations.audit.system')}</Tag>
                  ) : (
                    item.actorName
                  )}
                </td>
                <td>
                  <Tag color={item.log === 'event' ? 'blue' : 'default'}>{wordsOf(item.what)}</Tag>
                </td>
                <td>
                  {item.customerId && can('customer:read') ? (
                    <Link to="/customers/$id" params={{ id: item.customerId }}>
                      {item.customerName ?? item.customerId}
                    </Link>
                  ) : (
                    (item.customerName ??
                    t(`operations.audit.subjects.${item.subjectKind}`, { defaultValue: item.subjectKind }))
                  )}
                </td>
                <td className="detail">
                  {listed(item.fields.map(nameOf))} {item.reason}
                  {item.detail ? <AuditDetail detail={item.detail} nameOf={nameOf} /> : null}
                </td>
                <td>{item.ip}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      <LoadMore query={pages} />
    </Page>
  );
}

import { RobotOutlined } from '@ant-design/icons';
import { Select, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { useDictionary } from '#modules/fields/web/index.tsx';
import { dayOr, oneOf, recordId, useAddress } from '#ui/address.ts';
import { RecordSelect } from '#ui/fields/record-select.tsx';
import { formatTime, listed } from '#ui/format.ts';
import { itemsOf, LoadMore, usePages } from '#ui/load-more.tsx';
import { EmptyState, Loading, ProblemAlert } from '#ui/page.tsx';
import { Period } from '#ui/period.tsx';
import { reasonText } from '#ui/reason.ts';
import { ScrollRegion } from '#ui/scroll-region.tsx';
import { useCan } from '#ui/session.tsx';
import { listAudit } from '../contract.ts';
import { AuditDetail } from './audit-detail.tsx';
import { Subject } from './audit-subject.tsx';

const logs = ['both', 'event', 'access'] as const;
const accesses = [
  ...['view', 'list', 'search', 'export', 'download', 'print'],
  ...['signIn', 'signInFailed', 'signOut', 'denied'],
];
/** What changes are told about, by the beginning of their kind. */
const changed = [
  ...['customer', 'contact', 'employment', 'relation', 'note', 'comment', 'activity', 'task', 'visit', 'minutes'],
  ...['purchase', 'intelligence', 'material', 'form', 'businessCard', 'capture', 'carry', 'intake', 'conflict'],
  ...['pool', 'handover', 'assignmentRule', 'approval', 'approvalFlow', 'approvalDelegation', 'revision'],
  ...['inspectionPlan', 'inspectionRound', 'discussion', 'segment', 'tag', 'category', 'classScheme', 'classRun'],
  ...['import', 'export', 'view', 'field', 'section', 'relationType', 'activityTemplate', 'visitPurpose'],
  ...[
    'qualitySetting',
    'duplicateSetting',
    'revisionSetting',
    'workSetting',
    'unusualSetting',
    'unusualAccess',
    'calendar',
    'webhook',
  ],
  ...['user', 'role', 'team', 'sales_region', 'session', 'token', 'org'],
];
const choices = [...accesses, ...changed.map((kind) => `${kind}.`)];

/** Both logs with their filters. */
export function AuditLog() {
  const { t } = useTranslation();
  const dictionary = useDictionary('customer');
  const can = useCan();
  const [{ log, from, to, what, actor, customer }, put] = useAddress({
    log: oneOf(logs, 'both'),
    from: dayOr(''),
    to: dayOr(''),
    what: oneOf(choices),
    actor: recordId,
    customer: recordId,
  });
  const pages = usePages(listAudit, {
    query: {
      ...{ log, what },
      ...(from ? { from } : {}),
      ...(to ? { to } : {}),
      ...(actor ? { actorId: actor } : {}),
      ...(customer ? { customerId: customer } : {}),
    },
  });
  const items = itemsOf(pages);
  const nameOf = (key: string) => dictionary?.nameOf(key) ?? key;
  /** An access is one word; a change has a name of its own, or that of what was done. */
  const wordsOf = (code: string) => {
    const verb = code.split('.').at(-1) ?? code;
    return t(`events.${code.replaceAll('.', '_')}`, {
      defaultValue: t(`operations.audit.${code.includes('.') ? 'verbs' : 'actions'}.${verb}`, { defaultValue: code }),
    });
  };
  return (
    <>
      <div className="bar">
        <Select
          aria-label={t('operations.audit.log')}
          value={log}
          options={logs.map((key) => ({ value: key, label: t(`operations.audit.logs.${key}`) }))}
          onChange={(next) => put({ log: next })}
          popupMatchSelectWidth={false}
        />
        <span className="audit-actor">
          <RecordSelect
            aria-label={t('operations.audit.who')}
            placeholder={t('operations.audit.who')}
            kind="user"
            value={actor}
            label={items[0]?.actorName}
            onChange={(next) => put({ actor: next })}
          />
        </span>
        {can('customer:read') ? (
          <span className="audit-actor">
            <RecordSelect
              aria-label={t('operations.audit.customer')}
              placeholder={t('operations.audit.customer')}
              kind="customer"
              value={customer}
              label={items[0]?.customerName ?? undefined}
              onChange={(next) => put({ customer: next })}
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
            ...accesses.map((key) => ({ value: key, label: t(`operations.audit.actions.${key}`) })),
            ...changed.map((key) => ({
              value: `${key}.`,
              label: t('operations.audit.changesOf', { name: t(`operations.audit.subjects.${key}`) }),
            })),
          ]}
          onChange={(next?: string) => put({ what: next })}
          popupMatchSelectWidth={false}
        />
        <Period from={from} to={to} onChange={put} />
      </div>
      <ProblemAlert problem={pages.error} onRetry={() => void pages.refetch()} />
      {pages.isPending ? <Loading /> : null}
      {!pages.isPending && items.length === 0 ? <EmptyState text={t('operations.audit.none')} /> : null}
      <ScrollRegion name={t('operations.audit.title')} className="panel">
        <table className="plain entries">
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
                  <Subject entry={item} />
                </td>
                <td className="detail">
                  {listed(item.fields.map(nameOf))} {reasonText(t, item.reason)}
                  {item.detail ? <AuditDetail detail={item.detail} nameOf={nameOf} /> : null}
                </td>
                <td>{item.ip}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      <LoadMore query={pages} />
    </>
  );
}

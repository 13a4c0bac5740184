import { Alert, Button, Tabs } from 'antd';
import { useTranslation } from 'react-i18next';
import { oneOf, useAddress } from '#ui/address.ts';
import { useSend } from '#ui/api.ts';
import { formatNumber } from '#ui/format.ts';
import { Page, ProblemAlert } from '#ui/page.tsx';
import { auditVerification } from '../contract.ts';
import { AuditLog } from './audit-log.tsx';
import { UnusualList } from './unusual-list.tsx';

const tabs = ['log', 'unusual'] as const;

/** The log, and what was unusual in it. */
export default function AuditPage() {
  const { t } = useTranslation();
  const [{ tab }, put] = useAddress({ tab: oneOf(tabs, 'log') });
  const verification = useSend(auditVerification);
  const result = verification.data;
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
      <Tabs
        destroyOnHidden
        activeKey={tab}
        onChange={(next) => put({ tab: oneOf(tabs, 'log')(next) })}
        items={[
          { key: 'log', label: t('operations.audit.log'), children: <AuditLog /> },
          { key: 'unusual', label: t('operations.unusual.title'), children: <UnusualList /> },
        ]}
      />
    </Page>
  );
}

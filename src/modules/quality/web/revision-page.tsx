import { Link, useParams } from '@tanstack/react-router';
import { App, Button, Segmented } from 'antd';
import { useTranslation } from 'react-i18next';
import { useDictionary } from '#modules/fields/web/index.tsx';
import { oneOf, useAddress, words } from '#ui/address.ts';
import { useEndpoint, useSend } from '#ui/api.ts';
import { ConditionText } from '#ui/fields/condition-text.tsx';
import { formatNumber, formatTime } from '#ui/format.ts';
import { Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { PageTabs } from '#ui/page-tabs.tsx';
import { closeRevision, getRevision, revisionResults } from '../revision-contract.ts';
import { RevisionItems } from './revision-items.tsx';
import { StateTag, useRevisionName } from './revision-list-page.tsx';
import { RevisionProposals } from './revision-proposals.tsx';
import { RevisionSummary } from './revision-summary.tsx';

const whoseItems = ['mine', 'all'] as const;

export default function RevisionPage() {
  const { t } = useTranslation();
  const { message, modal } = App.useApp();
  const nameOf = useRevisionName();
  const { id = '' } = useParams({ strict: false }) as { id?: string };
  const revision = useEndpoint(
    getRevision,
    { params: { id } },
    { staleTime: 0, refetchInterval: ({ state }) => (state.data?.state === 'preparing' ? 2000 : false) },
  );
  const dictionary = useDictionary('customer');
  const close = useSend(closeRevision, ['/revisions']);
  const [{ whose: asked, owner, result, why }, put] = useAddress({
    tab: oneOf(['summary', 'proposals']),
    whose: oneOf(whoseItems),
    owner: words,
    result: oneOf(revisionResults),
    why: words,
  });
  const { data } = revision;
  if (!data)
    return (
      <Page title={t('quality.revision.title')}>
        {revision.error ? (
          <ProblemAlert problem={revision.error} onRetry={() => void revision.refetch()} />
        ) : (
          <Loading />
        )}
      </Page>
    );
  // Who has no customers in it, such as the administrator, begins with everybody's.
  const whose = asked ?? (data.mine.customers > 0 ? 'mine' : 'all');
  const askClose = () =>
    modal.confirm({
      title: t('quality.revision.closeAsk'),
      content: t('quality.revision.closeHelp', {
        n: formatNumber(data.customers - data.decided),
      }),
      okText: t('quality.revision.close'),
      cancelText: t('ui.cancel'),
      onOk: () =>
        close.mutate(
          { params: { id }, ifMatch: data.version },
          { onError: (problem) => void message.error(problem.message) },
        ),
    });
  return (
    <Page
      title={nameOf(data)}
      actions={data.can.close ? <Button onClick={askClose}>{t('quality.revision.close')}</Button> : null}
    >
      <p className="crumb">
        <Link to="/revisions">‹ {t('quality.revision.title')}</Link>
      </p>
      <div className="row">
        <StateTag item={data} />
        <span className="muted">
          {t('quality.revision.due', { day: formatTime(data.dueOn, false) })} ·{' '}
          {t('quality.revision.progress', { done: formatNumber(data.decided), total: formatNumber(data.customers) })}
        </span>
      </div>
      {dictionary ? (
        <p className="muted small">
          {data.scope ? (
            <ConditionText condition={data.scope} fields={dictionary.fields} />
          ) : (
            t('quality.revision.scopeAll')
          )}
          {data.scheduled ? '' : ` · ${t('quality.revision.startedBy', { by: data.by })}`}
        </p>
      ) : null}
      <PageTabs
        items={[
          {
            key: 'items',
            label: t('quality.revision.items'),
            children: (
              <>
                <div className="bar">
                  <Segmented
                    aria-label={t('ui.shown')}
                    value={whose}
                    options={whoseItems.map((value) => ({ value, label: t(`quality.revision.whose.${value}`) }))}
                    onChange={(next) => put({ whose: next, owner: '', result: undefined, why: '' })}
                  />
                </div>
                <RevisionItems
                  revisionId={id}
                  owner={whose === 'mine' ? 'mine' : owner || undefined}
                  result={result}
                  why={why || undefined}
                  key={`${whose}${owner}${result}${why}`}
                />
              </>
            ),
          },
          {
            key: 'summary',
            label: t('quality.revision.summary'),
            children: (
              <RevisionSummary
                data={data}
                onShow={(next) => put({ owner: '', result: undefined, why: '', ...next, whose: 'all', tab: undefined })}
              />
            ),
          },
          {
            key: 'proposals',
            label: t('quality.revision.proposals', {
              n: formatNumber(data.proposals.reduce((sum, item) => sum + item.customers, 0)),
            }),
            children: <RevisionProposals data={data} />,
          },
        ]}
      />
    </Page>
  );
}

import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button, Input, Select, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { invalidate, useSend } from '#ui/api.ts';
import { atFields, Refusal } from '#ui/fields/form-field.tsx';
import { formatTime } from '#ui/format.ts';
import { itemsOf, LoadMore, usePages } from '#ui/load-more.tsx';
import { useNextFocus } from '#ui/next-focus.ts';
import { EmptyState, Loading, ProblemAlert } from '#ui/page.tsx';
import {
  decideProposal,
  decideRevisionItem,
  listRevisionItems,
  type RevisionItem,
  type RevisionResult,
  revisionResults,
} from '../revision-contract.ts';
import { RevisionFacts } from './revision-facts.tsx';

const colors: Record<RevisionResult, string> = { grown: 'green', stable: 'blue', shrinking: 'orange', lost: 'red' };
const states = ['open', 'decided', 'all'] as const;

/** The list a person goes through: one customer after another, a result and why. */
export function RevisionItems({
  revisionId,
  owner,
  result,
  why,
  proposal,
}: {
  revisionId: string;
  owner: string | undefined;
  result: RevisionResult | undefined;
  why?: string | undefined;
  proposal?: 'open';
}) {
  const { t } = useTranslation();
  const [state, setState] = useState<(typeof states)[number]>(owner === 'mine' ? 'open' : 'all');
  const pages = usePages(listRevisionItems, {
    params: { id: revisionId },
    query: {
      state,
      limit: 30,
      ...(owner ? { owner } : {}),
      ...(result ? { result } : {}),
      ...(why ? { why } : {}),
      ...(proposal ? { proposal } : {}),
    },
  });
  const items = itemsOf(pages);
  const list = useNextFocus(items.map((item) => item.id));
  return (
    <>
      {proposal ? null : (
        <div className="bar">
          <Select
            aria-label={t('quality.revision.state')}
            value={state}
            popupMatchSelectWidth={false}
            options={states.map((value) => ({ value, label: t(`quality.revision.itemStates.${value}`) }))}
            onChange={setState}
          />
          {result ? <Tag color={colors[result]}>{t(`quality.revision.results.${result}`)}</Tag> : null}
          {why ? <Tag>{why}</Tag> : null}
        </div>
      )}
      <ProblemAlert problem={pages.error} onRetry={() => void pages.refetch()} />
      {pages.isPending ? <Loading /> : null}
      {pages.data && items.length === 0 ? (
        <EmptyState text={t(state === 'open' ? 'quality.revision.noneOpen' : 'quality.revision.noneItems')} />
      ) : null}
      <div {...list} tabIndex={-1}>
        {items.map((item) => (
          <Item key={item.id} item={item} decides={!proposal} />
        ))}
      </div>
      <LoadMore query={pages} />
    </>
  );
}

/** `decides`: with the results to choose from; among the proposals only the grade is decided. */
function Item({ item: read, decides }: { item: RevisionItem; decides: boolean }) {
  const { t } = useTranslation();
  const decide = useSend(decideRevisionItem, ['/revisions']);
  const [why, setWhy] = useState(read.why ?? '');
  // What somebody else said meanwhile, beside what is typed here: the list read anew would take both away.
  const [newer, setNewer] = useState<RevisionItem>();
  const item = newer && newer.version > read.version ? { ...newer, facts: read.facts } : read;
  const { errors, rest } = atFields(decide.error, 'why');
  const whyId = `why-${item.id}`;
  const { customer } = item;
  return (
    <section className="panel revision-item" aria-label={customer.name} tabIndex={-1}>
      <div className="row">
        <Link to="/customers/$id" params={{ id: customer.id }}>
          {customer.name}
        </Link>
        {item.result ? <Tag color={colors[item.result]}>{t(`quality.revision.results.${item.result}`)}</Tag> : null}
        {customer.trashed ? <Tag>{t('customers.trash')}</Tag> : null}
        <span className="muted small grow">
          {customer.number}
          {customer.grade ? ` · ${customer.grade}` : ''}
          {customer.ownerName ? ` · ${customer.ownerName}` : ''}
        </span>
      </div>
      <RevisionFacts facts={item.facts} />
      {item.decidedAt ? (
        <p className="muted small">
          {t('quality.revision.decidedBy', { by: item.by ?? '', when: formatTime(item.decidedAt) })}
          {item.why ? ` · ${item.why}` : ''}
        </p>
      ) : null}
      {item.proposal ? <Proposal item={item} /> : null}
      {decides && item.can.decide ? (
        <>
          <Input
            id={whyId}
            aria-label={t('quality.revision.whyOf', { name: customer.name })}
            placeholder={t('quality.revision.why')}
            maxLength={500}
            value={why}
            onChange={(event) => setWhy(event.target.value)}
          />
          <Refusal id={whyId} error={errors.why} />
          <ProblemAlert problem={rest} />
          <div className="revision-results">
            {revisionResults.map((result) => (
              <Button
                key={result}
                type={item.result === result ? 'primary' : 'default'}
                aria-pressed={item.result === result}
                loading={decide.isPending && decide.variables?.body?.result === result}
                onClick={() =>
                  decide.mutate(
                    { params: { id: item.id }, ifMatch: item.version, body: { result, why } },
                    {
                      onError: ({ status, data }) => {
                        if (status === 412) setNewer((data as { current: RevisionItem }).current);
                      },
                    },
                  )
                }
              >
                {t(`quality.revision.results.${result}`)}
              </Button>
            ))}
          </div>
        </>
      ) : null}
    </section>
  );
}

/** The grade the result speaks for, to be accepted or declined by a manager. */
function Proposal({ item }: { item: RevisionItem }) {
  const { t } = useTranslation();
  const send = useSend(decideProposal, ['/revisions', '/customers']);
  const client = useQueryClient();
  const { proposal, customer } = item;
  if (!proposal) return null;
  const decide = (decision: 'accept' | 'decline') =>
    send.mutate(
      { params: { id: item.id }, ifMatch: item.version, body: { decision } },
      // Decided or graded otherwise meanwhile: that is what the list shows then.
      { onError: () => void invalidate(client, ['/revisions']) },
    );
  return (
    <>
      <div className="row wrap">
        <span>{t('quality.revision.proposed', { from: proposal.from, to: proposal.to })}</span>
        {proposal.state === 'open' ? null : <Tag>{t(`quality.revision.proposalStates.${proposal.state}`)}</Tag>}
        {item.can.reclassify ? (
          <>
            <Button
              size="small"
              loading={send.isPending}
              aria-label={t('quality.revision.acceptOf', { name: customer.name })}
              onClick={() => decide('accept')}
            >
              {t('quality.revision.accept')}
            </Button>
            <Button
              size="small"
              loading={send.isPending}
              aria-label={t('quality.revision.declineOf', { name: customer.name })}
              onClick={() => decide('decline')}
            >
              {t('quality.revision.decline')}
            </Button>
          </>
        ) : null}
      </div>
      <ProblemAlert problem={send.error} />
    </>
  );
}

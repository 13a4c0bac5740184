import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Alert, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Problem } from '#shared/errors.ts';
import { isId } from '#shared/ids.ts';
import { useEndpoint } from '#ui/api.ts';
import { FormField } from '#ui/fields/form-field.tsx';
import { RecordSelect } from '#ui/fields/record-select.tsx';
import { EmptyState, Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { contactMergePreview, mergePreview } from '../duplicates-contract.ts';
import { goneInto, MergeChoices } from './duplicates-merge-choices.tsx';

/** Customers, or people of one customer, side by side. */
export default function MergePage() {
  const { t } = useTranslation();
  const { ids, people } = useSearch({ strict: false }) as { ids?: string; people?: string };
  const known = [...new Set((people ?? ids ?? '').split(',').filter((id) => isId(id)))].slice(0, 10);
  return (
    <Page title={t(people ? 'quality.duplicates.mergePeople' : 'quality.duplicates.mergeTitle')}>
      <p className="crumb">
        <Link to="/duplicates">‹ {t('quality.duplicates.title')}</Link>
      </p>
      {known.length < 2 ? <EmptyState text={t('quality.duplicates.noParticipants')} /> : null}
      {people ? <People ids={known} /> : <Customers ids={known} />}
    </Page>
  );
}

/** Read anew whenever the page is opened: what is merged must be what is seen. */
const reading = (path: string, ids: string[]) => ({
  enabled: ids.length >= 2,
  staleTime: 0,
  // Not among what a merge makes stale: those merged are no longer there to be put side by side.
  queryKey: [`preview ${path}`, ids.join(',')],
});

function Customers({ ids }: { ids: string[] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { data, error, isLoading, refetch } = useEndpoint(
    mergePreview,
    { body: { ids } },
    reading(mergePreview.path, ids),
  );
  const open = (next: string[]) =>
    void navigate({ to: '/duplicates/merge', search: { ids: next.join(',') }, replace: true });
  return (
    <>
      <Unreadable object="customer" problem={error} ids={ids} onOpen={open} onRetry={() => void refetch()} />
      {isLoading ? <Loading /> : null}
      {data ? (
        <MergeChoices
          key={ids.join(',')}
          object="customer"
          preview={data}
          cards={data.cards.map((card) => ({ ...card, detail: [card.number, card.owner?.name] }))}
          onRemove={(id) => open(ids.filter((item) => item !== id))}
          onChanged={() => void refetch()}
        />
      ) : null}
      <div className="under-form">
        <FormField id="merge-add" label={t('quality.duplicates.add')}>
          <RecordSelect
            id="merge-add"
            kind="customer"
            value={null}
            onChange={(id) => (id ? open([...ids, id]) : undefined)}
          />
        </FormField>
      </div>
    </>
  );
}

function People({ ids }: { ids: string[] }) {
  const navigate = useNavigate();
  const open = (next: string[]) =>
    void navigate({ to: '/duplicates/merge', search: { people: next.join(',') }, replace: true });
  const { data, error, isLoading, refetch } = useEndpoint(
    contactMergePreview,
    { body: { ids } },
    reading(contactMergePreview.path, ids),
  );
  return (
    <>
      <Unreadable object="contact" problem={error} ids={ids} onOpen={open} onRetry={() => void refetch()} />
      {isLoading ? <Loading /> : null}
      {data ? (
        <MergeChoices
          key={ids.join(',')}
          object="contact"
          preview={data}
          cards={data.cards.map((card) => ({ ...card, detail: [card.customerName] }))}
          onChanged={() => void refetch()}
        />
      ) : null}
    </>
  );
}

interface UnreadableProps {
  object: 'customer' | 'contact';
  problem: Problem | null;
  ids: string[];
  onOpen(ids: string[]): void;
  onRetry(): void;
}

/** Why they cannot be put side by side. Of one merged meanwhile, the card it became takes the place. */
function Unreadable({ object, problem, ids, onOpen, onRetry }: UnreadableProps) {
  const { t } = useTranslation();
  const gone = goneInto(problem);
  if (!gone) return <ProblemAlert problem={problem} onRetry={onRetry} />;
  const { id, name } = gone.survivor;
  const rest = [...new Set(ids.map((item) => (item === gone.merged ? id : item)))];
  return (
    <Alert
      role="alert"
      type="warning"
      showIcon
      className="problem"
      title={t('quality.duplicates.goneInto', { name })}
      description={
        rest.length > 1 ? (
          <Button autoFocus onClick={() => onOpen(rest)}>
            {t('quality.duplicates.goOnWith', { name })}
          </Button>
        ) : (
          <Link to={object === 'customer' ? '/customers/$id' : '/contacts/$id'} params={{ id }}>
            {name}
          </Link>
        )
      }
    />
  );
}

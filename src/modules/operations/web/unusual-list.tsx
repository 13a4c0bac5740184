import { Link } from '@tanstack/react-router';
import { Button, Input, Modal, Select, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { oneOf, useAddress } from '#ui/address.ts';
import { useSend } from '#ui/api.ts';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { formatNumber, formatTime, labelled } from '#ui/format.ts';
import { itemsOf, LoadMore, usePages } from '#ui/load-more.tsx';
import { EmptyState, Loading, ProblemAlert } from '#ui/page.tsx';
import { useCan, useSession } from '#ui/session.tsx';
import {
  explainUnusual,
  listUnusual,
  type UnusualAccess,
  type UnusualKind,
  unusualStates,
} from '../unusual-contract.ts';

/** What the log calls the accesses that were counted; the others are of several kinds. */
const actionOf: Partial<Record<UnusualKind, string>> = {
  cards: 'view',
  listed: 'list',
  exported: 'export',
  failures: 'signInFailed',
  denied: 'denied',
};

const states = ['all', ...unusualStates] as const;

/** Unusual access, newest first; each leads to the records behind it. */
export function UnusualList() {
  const { t } = useTranslation();
  const can = useCan();
  const [{ state }, put] = useAddress({ state: oneOf(states, 'open') });
  const pages = usePages(listUnusual, { query: state === 'all' ? {} : { state } });
  const [open, setOpen] = useState<UnusualAccess | null>(null);
  const items = itemsOf(pages);
  return (
    <>
      <div className="bar">
        <Select
          aria-label={t('operations.unusual.state')}
          value={state}
          popupMatchSelectWidth={false}
          options={states.map((key) => ({
            value: key,
            label: t(`operations.unusual.states.${key}`),
          }))}
          onChange={(next) => put({ state: next })}
        />
        {can('audit:configure') ? <Link to="/settings/unusual-access">{t('operations.unusual.settings')}</Link> : null}
      </div>
      <ProblemAlert problem={pages.error} onRetry={() => void pages.refetch()} />
      {pages.isPending ? <Loading /> : null}
      {pages.data && items.length === 0 ? <EmptyState text={t('operations.unusual.none')} /> : null}
      <ul className="cards panel" aria-label={t('operations.unusual.title')}>
        {items.map((item) => (
          <Finding key={item.id} item={item} onDecide={() => setOpen(item)} />
        ))}
      </ul>
      <LoadMore query={pages} />
      {open ? <Explanation item={open} onClose={() => setOpen(null)} /> : null}
    </>
  );
}

function Finding({ item, onDecide }: { item: UnusualAccess; onDecide(): void }) {
  const { t } = useTranslation();
  const { user } = useSession();
  const what = actionOf[item.kind];
  return (
    <li className="list-row">
      <span className="grow">
        <strong>{item.userName}</strong> <What item={item} />{' '}
        <Tag color={item.state === 'open' ? 'warning' : 'success'}>{t(`operations.unusual.states.${item.state}`)}</Tag>
        <span className="block muted small">
          {t('operations.unusual.bound', { usual: formatNumber(item.usual), allowed: formatNumber(item.allowed) })}
        </span>
        {item.comment ? (
          <span className="block">{labelled(`${item.decidedBy} ${formatTime(item.decidedAt)}`, item.comment)}</span>
        ) : null}
      </span>
      <Link
        to="/settings/audit"
        search={{ log: 'access', actor: item.userId, from: item.day, to: item.day, ...(what ? { what } : {}) }}
      >
        {t('operations.unusual.records')}
      </Link>
      {item.userId === user.id ? (
        <span className="muted small">{t('operations.unusual.own')}</span>
      ) : (
        <Button onClick={onDecide}>{t(`operations.unusual.decide.${item.state}`)}</Button>
      )}
    </li>
  );
}

function What({ item }: { item: UnusualAccess }) {
  const { t } = useTranslation();
  return `${item.day} ${t(`operations.unusual.kinds.${item.kind}`, { n: formatNumber(item.counted) })}`;
}

function Explanation({ item, onClose }: { item: UnusualAccess; onClose(): void }) {
  const { t } = useTranslation();
  const decide = useSend(explainUnusual, ['/audit/unusual']);
  const [comment, setComment] = useState('');
  const { errors, rest } = atFields(decide.error, 'comment');
  const body = { state: item.state === 'open' ? ('explained' as const) : ('open' as const), comment };
  return (
    <Modal
      open
      title={t(`operations.unusual.decide.${item.state}`)}
      okText={t('ui.save')}
      cancelText={t('ui.cancel')}
      okButtonProps={{ loading: decide.isPending }}
      onCancel={onClose}
      onOk={() => decide.mutate({ params: { id: item.id }, ifMatch: item.version, body }, { onSuccess: onClose })}
    >
      <p>
        <strong>{item.userName}</strong> <What item={item} />
      </p>
      <ProblemAlert problem={rest} />
      <FormField id="unusual-comment" label={t('operations.unusual.comment')} required error={errors.comment}>
        <Input.TextArea
          id="unusual-comment"
          rows={3}
          maxLength={500}
          value={comment}
          onChange={(event) => setComment(event.target.value)}
        />
      </FormField>
    </Modal>
  );
}

import './contacts.css';
import { App, Button, Input, Modal, Segmented, Switch, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDictionary } from '#modules/fields/web/index.tsx';
import { formatMoney } from '#shared/money.ts';
import { flag, oneOf, useAddress } from '#ui/address.ts';
import { useEndpoint, useSend } from '#ui/api.ts';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { companyToday, formatTime } from '#ui/format.ts';
import { itemsOf, LoadMore, usePages } from '#ui/load-more.tsx';
import { EmptyState, Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { ScrollRegion } from '#ui/scroll-region.tsx';
import { useCan } from '#ui/session.tsx';
import { useNarrow } from '#ui/use-narrow.ts';
import { listReferrers, type Referrer, type RelationEnd, referralChain, thank, unthank } from '../relation-contract.ts';
import { EndLink } from './end-link.tsx';

function Revenue({ amounts }: { amounts: Referrer['revenue'] }) {
  const { i18n } = useTranslation();
  if (amounts === null) return <>—</>;
  if (amounts.length === 0) return <>0</>;
  return (
    <>
      {amounts.map((item) => (
        <div key={item.currency}>
          {formatMoney({ amount: item.amountMinor, currency: item.currency }, i18n.language)}
        </div>
      ))}
    </>
  );
}

/** Who brought customers, what the chains were worth, and whom thanks are owed. */
export default function ReferralsPage() {
  const { t } = useTranslation();
  const [{ due, sort }, put] = useAddress({ due: flag(false), sort: oneOf(['direct', 'revenue'] as const, 'direct') });
  const [open, setOpen] = useState<RelationEnd | null>(null);
  const can = useCan();
  const dictionary = useDictionary('customer');
  // What purchases come to is also a field of the card, which a role may not see.
  const revenue = can('purchase:read') && dictionary?.byKey.has('purchaseTotal') === true;
  const narrow = useNarrow();
  const pages = usePages(listReferrers, {
    query: { limit: 50, sort: revenue ? sort : 'direct', ...(due ? { thanksDue: 'true' as const } : {}) },
  });
  const items = itemsOf(pages);
  return (
    <Page title={t('relations.referrals.title')}>
      <p className="muted">{t('relations.referrals.intro')}</p>
      <div className="bar">
        <Switch
          id="due-only"
          checked={due}
          onChange={(next) => put({ due: next })}
          aria-label={t('relations.referrals.dueOnly')}
        />
        <label htmlFor="due-only">{t('relations.referrals.dueOnly')}</label>
        {revenue ? (
          <Segmented
            aria-label={t('relations.referrals.order')}
            value={sort}
            options={[
              { value: 'direct' as const, label: t('relations.referrals.byDirect') },
              { value: 'revenue' as const, label: t('relations.referrals.byRevenue') },
            ]}
            onChange={(next) => put({ sort: next })}
          />
        ) : null}
      </div>
      <ProblemAlert problem={pages.error} onRetry={() => void pages.refetch()} />
      {pages.isPending ? <Loading /> : null}
      {!pages.isPending && items.length === 0 ? (
        <EmptyState text={t(due ? 'relations.referrals.noneDue' : 'relations.referrals.none')} />
      ) : null}
      {items.length > 0 && narrow ? (
        <ul className="cards panel">
          {items.map((item) => (
            <li key={item.referrer.id} className="list-row">
              <div className="row grow">
                <EndLink end={item.referrer} />
                <span className="muted small">{item.referrer.detail}</span>
              </div>
              {item.thanksDue > 0 ? (
                <Tag color="orange">
                  {t('relations.referrals.due')} {item.thanksDue}
                </Tag>
              ) : null}
              <div className="row small referrer-figures">
                <span>
                  {t('relations.referrals.direct')} {item.direct}
                </span>
                <ChainButton item={item} text={`${t('relations.referrals.chain')} ${item.chain}`} onOpen={setOpen} />
                {item.revenue === null ? null : (
                  <div>
                    {t('relations.referrals.revenue')} <Revenue amounts={item.revenue} />
                  </div>
                )}
              </div>
            </li>
          ))}
        </ul>
      ) : null}
      {items.length > 0 && !narrow ? (
        <ScrollRegion name={t('relations.referrals.title')} className="panel">
          <table className="plain chain">
            <thead>
              <tr>
                <th scope="col">{t('relations.referrals.referrer')}</th>
                <th scope="col">{t('relations.referrals.direct')}</th>
                <th scope="col">{t('relations.referrals.chain')}</th>
                <th scope="col">{t('relations.referrals.revenue')}</th>
                <th scope="col">{t('relations.referrals.due')}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((item) => (
                <tr key={item.referrer.id}>
                  <td>
                    <EndLink end={item.referrer} /> <span className="muted small">{item.referrer.detail}</span>
                  </td>
                  <td>{item.direct}</td>
                  <td>
                    <ChainButton item={item} text={String(item.chain)} onOpen={setOpen} />
                  </td>
                  <td className="nowrap">
                    <Revenue amounts={item.revenue} />
                  </td>
                  <td>{item.thanksDue > 0 ? <Tag color="orange">{item.thanksDue}</Tag> : '—'}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      ) : null}
      <LoadMore query={pages} />
      {open ? <ChainDialog of={open} onClose={() => setOpen(null)} /> : null}
    </Page>
  );
}

function ChainButton({ item, text, onOpen }: { item: Referrer; text: string; onOpen(end: RelationEnd): void }) {
  const { t } = useTranslation();
  return (
    <Button size="small" type="link" onClick={() => onOpen(item.referrer)}>
      {text}
      <span className="visually-hidden"> {t('relations.referrals.chainOf', { name: item.referrer.name })}</span>
    </Button>
  );
}

const stale = ['/referrals', '/relations'];

function ChainDialog({ of, onClose }: { of: RelationEnd; onClose(): void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { data, error } = useEndpoint(referralChain, {
    query: { kind: of.kind as 'customer' | 'contact', id: of.id },
  });
  const [thanking, setThanking] = useState<{ relationId: string; version: number } | null>(null);
  const owe = useSend(unthank, stale);
  const names = new Map([
    [of.id, of.name],
    ...(data?.items.map((item) => [item.referred.id, item.referred.name] as const) ?? []),
  ]);
  return (
    <Modal
      open
      width={840}
      footer={null}
      title={t('relations.referrals.chainOf', { name: of.name })}
      onCancel={onClose}
    >
      <ProblemAlert problem={error} />
      {!data && !error ? <Loading /> : null}
      <ul className="cards chain">
        {data?.items.map((item) => (
          <li key={item.relationId} className="list-row">
            <Tag>{t('relations.referrals.level', { n: item.depth })}</Tag>
            <EndLink end={item.referred} />
            <span className="muted small">{t('relations.referrals.by', { name: names.get(item.by) ?? '' })}</span>
            <span className="grow" />
            <span className="small">
              <Revenue amounts={item.revenue} />
            </span>
            {item.thanks?.at ? (
              <>
                <Tag color="success">{t('relations.referrals.thanked')}</Tag>
                <span className="muted small">
                  {t('relations.referrals.thankedBy', {
                    by: item.thanks.by ?? '',
                    day: formatTime(item.thanks.at, false),
                  })}
                  {item.thanks.note ? ` · ${item.thanks.note}` : ''}
                </span>
                {item.can.update ? (
                  <Button
                    size="small"
                    type="text"
                    onClick={() =>
                      owe.mutate(
                        { params: { id: item.relationId }, ifMatch: item.version },
                        { onError: (problem) => void message.error(problem.message) },
                      )
                    }
                  >
                    {t('relations.referrals.unthank')}
                  </Button>
                ) : null}
              </>
            ) : item.thanks ? (
              <>
                <Tag color={(item.thanks.dueOn ?? '') < companyToday() ? 'red' : 'orange'}>
                  {t('relations.referrals.dueOn', { day: item.thanks.dueOn ?? '' })}
                </Tag>
                {item.can.update ? (
                  <Button size="small" onClick={() => setThanking(item)}>
                    {t('relations.referrals.thank')}
                  </Button>
                ) : null}
              </>
            ) : null}
          </li>
        ))}
      </ul>
      {data?.truncated ? <p className="muted">{t('relations.referrals.truncated')}</p> : null}
      {thanking ? <ThankDialog of={thanking} onClose={() => setThanking(null)} /> : null}
    </Modal>
  );
}

function ThankDialog({ of, onClose }: { of: { relationId: string; version: number }; onClose(): void }) {
  const { t } = useTranslation();
  const send = useSend(thank, stale);
  const [note, setNote] = useState('');
  const { errors, rest } = atFields(send.error, 'note');
  const save = () =>
    send.mutate(
      { params: { id: of.relationId }, ifMatch: of.version, body: note.trim() ? { note } : {} },
      { onSuccess: onClose },
    );
  return (
    <Modal
      open
      title={t('relations.referrals.thank')}
      okText={t('ui.save')}
      cancelText={t('ui.cancel')}
      okButtonProps={{ loading: send.isPending }}
      onOk={save}
      onCancel={onClose}
    >
      <ProblemAlert problem={rest} />
      <FormField id="thank-note" label={t('relations.referrals.thankTitle')} error={errors.note}>
        <Input
          id="thank-note"
          maxLength={500}
          value={note}
          onPressEnter={() => (send.isPending ? undefined : save())}
          onChange={(event) => setNote(event.target.value)}
        />
      </FormField>
    </Modal>
  );
}

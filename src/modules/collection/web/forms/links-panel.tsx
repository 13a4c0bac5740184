import { App, Button, Select, Tag } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSend } from '#ui/api.ts';
import { CopyButton } from '#ui/copy-button.tsx';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { RecordSelect } from '#ui/fields/record-select.tsx';
import { formatTime } from '#ui/format.ts';
import { JobProgress, useJob } from '#ui/job-progress.tsx';
import { itemsOf, LoadMore, usePages } from '#ui/load-more.tsx';
import { EmptyState, ProblemAlert } from '#ui/page.tsx';
import { usePublicOrigin } from '#ui/public-origin.ts';
import {
  type InvitationView,
  invitationStates,
  inviteToForm,
  listInvitations,
  mailInvitation,
  remindOfForm,
  revokeInvitation,
} from '../../form-links-contract.ts';
import type { FormView } from '../../forms-contract.ts';
import { SendMany } from './send-many.tsx';
import { type SendingOptions, SendingOptionsInput } from './sending-options.tsx';

const stale = ['/forms/:id/invitations', '/forms/:id/statistics'];
const filters = ['all', ...invitationStates, 'unmailed'] as const;

/** One-time links: made for one customer or many, and what became of each. */
export function LinksPanel({ form }: { form: FormView }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const params = { id: form.id };
  const invite = useSend(inviteToForm, stale);
  const remind = useSend(remindOfForm, stale);
  const reminding = useJob(remind.data?.jobId ?? null);
  const [filter, setFilter] = useState<(typeof filters)[number]>('all');
  const [customer, setCustomer] = useState<string | null>(null);
  const [many, setMany] = useState(false);
  const [options, setOptions] = useState<SendingOptions>({ mail: false, lang: 'zh-CN', validDays: null });
  const pages = usePages(listInvitations, {
    params,
    query: {
      limit: 30,
      ...(filter === 'unmailed' ? { unmailed: 'yes' } : filter === 'all' ? {} : { state: filter }),
    },
  });
  const items = itemsOf(pages);
  const { errors, rest } = atFields(invite.error, 'recipients', 'validDays');
  const { refetch } = pages;
  const remindedCount = Number(reminding.data?.result?.sent ?? 0);
  const remindedAll = reminding.data?.state === 'done';
  useEffect(() => {
    if (remindedAll) void refetch();
  }, [remindedAll, refetch]);
  const make = () =>
    invite.mutate(
      {
        params,
        body: {
          recipients: customer ? [{ customerId: customer }] : [],
          ...options,
          mail: options.mail && customer !== null,
        },
      },
      {
        onSuccess: (made) => {
          setCustomer(null);
          if (options.mail && customer === null) void message.warning(t('collection.forms.mailedNobody'));
          else if (made.refused > 0) void message.warning(t('errors.form.mailRefused'));
          else if (made.withoutMail > 0) void message.warning(t('collection.forms.withoutMail'));
        },
      },
    );
  return (
    <section className="panel" aria-label={t('collection.forms.oneTime')}>
      <h2>{t('collection.forms.oneTime')}</h2>
      <p className="muted">{t('collection.forms.oneTimeHelp')}</p>
      <FormField id="invite-customer" label={t('collection.forms.forCustomer')} error={errors.recipients}>
        <RecordSelect id="invite-customer" kind="customer" value={customer} onChange={setCustomer} />
      </FormField>
      <SendingOptionsInput id="invite" value={options} error={errors.validDays} onChange={setOptions} />
      <div className="bar">
        <Button type="primary" disabled={form.state !== 'open'} loading={invite.isPending} onClick={make}>
          {t('collection.forms.makeLink')}
        </Button>
        <Button disabled={form.state !== 'open'} onClick={() => setMany(true)}>
          {t('collection.forms.sendMany')}
        </Button>
        <Button disabled={form.state !== 'open'} loading={remind.isPending} onClick={() => remind.mutate({ params })}>
          {t('collection.forms.remind')}
        </Button>
      </div>
      {reminding.data ? (
        <p className="muted" aria-live="polite">
          {reminding.data.state === 'done'
            ? t(remindedCount > 0 ? 'collection.forms.reminded' : 'collection.forms.remindedNobody', {
                n: remindedCount,
              })
            : t('collection.forms.reminding')}
        </p>
      ) : null}
      {reminding.data?.state === 'failed' ? <JobProgress job={reminding.data} /> : null}
      <ProblemAlert problem={rest ?? remind.error ?? pages.error} />
      <FormField id="links-state" label={t('collection.forms.linkState')}>
        <Select
          id="links-state"
          className="form-add"
          value={filter}
          onChange={setFilter}
          options={filters.map((value) => ({ value, label: t(`collection.forms.linkFilter.${value}`) }))}
        />
      </FormField>
      {pages.data && items.length === 0 ? <EmptyState text={t('collection.forms.noLinks')} /> : null}
      <ul className="cards">
        {items.map((item) => (
          <LinkRow key={item.id} item={item} formId={form.id} open={form.state === 'open'} />
        ))}
      </ul>
      <LoadMore query={pages} />
      {many ? (
        <SendMany
          form={form}
          onClose={() => {
            setMany(false);
            void pages.refetch();
          }}
        />
      ) : null}
    </section>
  );
}

const colors: Partial<Record<InvitationView['state'], string>> = {
  answered: 'success',
  opened: 'processing',
  expired: 'warning',
};
const unmailed = ['noAddress', 'refused', 'failed'];

function LinkRow({ item, formId, open }: { item: InvitationView; formId: string; open: boolean }) {
  const { t } = useTranslation();
  const origin = usePublicOrigin();
  const { message, modal } = App.useApp();
  const revoke = useSend(revokeInvitation, stale);
  const mail = useSend(mailInvitation, stale);
  const name = [item.customer?.name, item.contact].filter(Boolean).join(' · ') || t('collection.forms.nobody');
  const params = { id: formId, linkId: item.id };
  const live = item.state === 'sent' || item.state === 'opened';
  const facts = [
    formatTime(item.createdAt),
    item.mail === 'none' ? '' : `${t(`collection.forms.mailStates.${item.mail}`)} ${item.email ?? ''}`.trim(),
    item.reminded > 0 ? t('collection.forms.remindedTimes', { n: item.reminded }) : '',
    item.openedAt && !item.answeredAt ? t('collection.forms.openedAt', { time: formatTime(item.openedAt) }) : '',
    item.answeredAt ? t('collection.forms.answeredAt', { time: formatTime(item.answeredAt) }) : '',
    live && item.expiresOn ? t('collection.forms.until', { day: item.expiresOn }) : '',
  ].filter((fact) => fact !== '');
  const problem = revoke.error ?? mail.error;
  return (
    <li className="question-row link-row">
      <span className="grow">
        {name} <span className="muted small">{facts.join(' · ')}</span>
        {problem ? (
          <div className="form-error" role="alert">
            {problem.message}
          </div>
        ) : null}
      </span>
      <Tag color={unmailed.includes(item.mail) && live ? 'warning' : colors[item.state]}>
        {t(`collection.forms.linkStates.${item.state}`)}
      </Tag>
      {live ? (
        <span className="nowrap">
          <CopyButton text={origin + item.path} name={name} />{' '}
          {item.customer && open ? (
            <Button
              size="small"
              aria-label={t('collection.forms.mailAgainOf', { name })}
              loading={mail.isPending}
              onClick={() =>
                mail.mutate({ params }, { onSuccess: () => void message.success(t('collection.forms.mailedNow')) })
              }
            >
              {t('collection.forms.mailAgain')}
            </Button>
          ) : null}{' '}
          <Button
            size="small"
            danger
            autoInsertSpace={false}
            aria-label={t('collection.forms.revokeOf', { name })}
            loading={revoke.isPending}
            onClick={() =>
              void modal.confirm({
                title: t('collection.forms.revokeAsk', { name }),
                content: t('collection.forms.revokeHelp'),
                okText: t('collection.forms.revoke'),
                cancelText: t('ui.cancel'),
                onOk: () => revoke.mutateAsync({ params }).catch(() => undefined),
              })
            }
          >
            {t('collection.forms.revoke')}
          </Button>
        </span>
      ) : null}
    </li>
  );
}

import './materials.css';
import { Link } from '@tanstack/react-router';
import { App, Button, Modal, Segmented, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { downloadUrl, useSend } from '#ui/api.ts';
import { CopyButton } from '#ui/copy-button.tsx';
import { formatTime } from '#ui/format.ts';
import { itemsOf, LoadMore, usePages } from '#ui/load-more.tsx';
import { OnlyHere } from '#ui/only-here.tsx';
import { EmptyState, Loading, ProblemAlert } from '#ui/page.tsx';
import { usePublicOrigin } from '#ui/public-origin.ts';
import { listMaterialSends, materialQrCode, revokeMaterialSend, type SendView } from '../send-contract.ts';
import { materialStale } from './material-form.tsx';

type Of = { materialId: string } | { customerId: string } | { contactId: string };
const filters = ['all', 'yes', 'no'] as const;

/** What was sent (of a material, to a customer, to a contact), and whether it was opened. */
export function SendList({ of }: { of: Of }) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState<(typeof filters)[number]>('all');
  const pages = usePages(listMaterialSends, {
    query: { ...of, limit: 30, ...(opened === 'all' ? {} : { opened }) },
  });
  const items = itemsOf(pages);
  const whose = 'materialId' in of ? 'material' : 'customerId' in of ? 'customer' : 'contact';
  return (
    <>
      {opened !== 'all' || items.length > 0 ? (
        <div className="bar">
          <Segmented
            aria-label={t('materials.recipients')}
            value={opened}
            options={filters.map((value) => ({ value, label: t(`materials.filterOpened.${value}`) }))}
            onChange={setOpened}
          />
        </div>
      ) : null}
      <ProblemAlert problem={pages.error} onRetry={() => void pages.refetch()} />
      {pages.isPending ? <Loading /> : null}
      {pages.data && items.length === 0 ? (
        <EmptyState text={t(opened === 'all' ? `materials.noSends.${whose}` : 'materials.emptyFound')} />
      ) : null}
      <ul className="cards">
        {items.map((item) => (
          <Row key={item.id} send={item} byMaterial={whose !== 'material'} />
        ))}
      </ul>
      <LoadMore query={pages} />
    </>
  );
}

function Row({ send, byMaterial }: { send: SendView; byMaterial: boolean }) {
  const { t } = useTranslation();
  return (
    <li className="list-row send-row">
      <div className="grow">
        {byMaterial ? (
          <>
            <Link to="/materials/$id" params={{ id: send.material.id }} className="material-title">
              {send.material.title}
            </Link>{' '}
            → {send.recipient}
          </>
        ) : (
          <>
            <Link to="/customers/$id" params={{ id: send.customer.id }} className="material-title">
              {send.customer.name}
            </Link>{' '}
            {send.contactId ? send.recipient : ''}
          </>
        )}
        <div className="muted small material-facts">
          <span>
            {t('materials.sentBy', {
              at: formatTime(send.sentAt),
              by: send.sentBy,
              channel: t(`materials.send.by.${send.channel}`),
            })}
          </span>
          <span>{send.newest ? t('materials.newestLink') : t('materials.edition', { n: send.edition })}</span>
          {send.mail ? <span>{t(`materials.given.${send.mail.state}`, { at: formatTime(send.mail.at) })}</span> : null}
          <Opened send={send} />
        </div>
      </div>
      <States send={send} />
      <LinkButtons send={send} />
    </li>
  );
}

function Opened({ send }: { send: SendView }) {
  const { t } = useTranslation();
  if (send.channel === 'paper' || send.opened.times === 0) return null;
  const { first, last, times } = send.opened;
  return (
    <>
      <span>
        {t(times === 1 ? 'materials.openedAt.once' : 'materials.openedAt.again', {
          times,
          first: formatTime(first),
          last: formatTime(last),
        })}
      </span>
      {send.downloaded.times > 0 ? (
        <span>
          {t('materials.openedAt.downloaded', {
            times: send.downloaded.times,
            last: formatTime(send.downloaded.last),
          })}
        </span>
      ) : null}
    </>
  );
}

function States({ send }: { send: SendView }) {
  const { t } = useTranslation();
  return (
    <span>
      {send.revokedAt ? <Tag>{t('materials.revoked')}</Tag> : null}
      {send.material.state === 'withdrawn' ? <Tag color="error">{t('materials.states.withdrawn')}</Tag> : null}
      {send.channel === 'paper' ? null : (
        <Tag color={send.opened.times > 0 ? 'success' : undefined}>
          {t(send.opened.times > 0 ? 'materials.filterOpened.yes' : 'materials.openedAt.none')}
        </Tag>
      )}
    </span>
  );
}

/** Passing the link on by another way, showing it as a code, closing it. */
export function LinkButtons({ send }: { send: SendView }) {
  const { t } = useTranslation();
  const { message, modal } = App.useApp();
  const revoke = useSend(revokeMaterialSend, materialStale);
  const [showing, setShowing] = useState(false);
  const origin = usePublicOrigin();
  const { path } = send;
  if (!path) return null;
  const name = send.recipient;
  const close = () =>
    void modal.confirm({
      title: t('materials.revokeTitle', { name }),
      okText: t('materials.revoke'),
      okButtonProps: { danger: true },
      cancelText: t('ui.cancel'),
      onOk: () =>
        revoke.mutate(
          { params: { id: send.id }, ifMatch: send.version },
          { onError: (problem) => void message.error(problem.message) },
        ),
    });
  return (
    <span className="material-buttons">
      <CopyButton text={origin + path} name={name} />
      <Button size="small" aria-label={t('materials.qrOf', { name })} onClick={() => setShowing(true)}>
        {t('materials.qr')}
      </Button>
      {send.can.revoke ? (
        <Button size="small" type="text" aria-label={t('materials.revokeOf', { name })} onClick={close}>
          {t('materials.revoke')}
        </Button>
      ) : null}
      {showing ? (
        <Modal open title={t('materials.qrOf', { name })} footer={null} onCancel={() => setShowing(false)}>
          <p className="muted">{t('materials.qrHelp')}</p>
          <OnlyHere />
          <img
            className="qr material-qr"
            src={downloadUrl(materialQrCode, { params: { id: send.id } })}
            alt={t('materials.qrOf', { name })}
          />
        </Modal>
      ) : null}
    </span>
  );
}

import { Link } from '@tanstack/react-router';
import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { useOnline } from '#ui/network.ts';
import { Loading } from '#ui/page.tsx';
import { PublicPage } from '#ui/public-page.tsx';
import './carry.css';
import { CaptureForm } from './capture-form.tsx';
import { canCarry, rememberedUser } from './device.ts';
import { useDevice } from './use-device.ts';
import { useSending } from './use-sending.ts';
import { WaitingList } from './waiting-list.tsx';

/** Quick capture on one screen of a phone, with or without a network. */
export default function CapturePage() {
  const { t } = useTranslation();
  const device = useDevice();
  const online = useOnline();
  const user = rememberedUser();
  useSending(user?.id);
  const own = device?.items.filter((item) => item.userId === user?.id) ?? [];
  return (
    <PublicPage title={t('work.capture.title')}>
      {online ? null : <Alert type="warning" showIcon role="status" title={t('work.offline.away')} />}
      {device ? null : <Loading />}
      {device && !user ? (
        <p>
          {t('work.offline.signInFirst')} <Link to="/sign-in">{t('work.offline.signIn')}</Link>
        </p>
      ) : null}
      {canCarry() ? null : <Alert type="warning" showIcon title={t('work.carry.needsHttps')} />}
      {device && user && canCarry() ? (
        <>
          <CaptureForm userId={user.id} sealed={device.carry?.userId === user.id} waiting={own.length} />
          <WaitingList items={device.items} userId={user.id} />
        </>
      ) : null}
      <p className="row">
        <Link to="/captures">{t('work.capture.list')}</Link>
        <Link to="/offline">{t('work.offline.title')}</Link>
      </p>
    </PublicPage>
  );
}

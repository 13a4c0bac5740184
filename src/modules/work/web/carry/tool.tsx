import { FormOutlined } from '@ant-design/icons';
import { Link, useNavigate } from '@tanstack/react-router';
import { Button } from 'antd';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useOnline } from '#ui/network.ts';
import { useCan } from '#ui/session.tsx';

const Agent = lazy(() => import('./agent.tsx'));

/** Quick capture from every page, and the plain word when there is no network. */
export function CaptureTool() {
  const { t } = useTranslation();
  const can = useCan();
  const navigate = useNavigate();
  const online = useOnline();
  return (
    <>
      <Suspense fallback={null}>
        <Agent />
      </Suspense>
      {can('capture:create') ? (
        <Button
          type="text"
          icon={<FormOutlined aria-hidden />}
          aria-label={t('work.capture.title')}
          title={t('work.capture.title')}
          onClick={() => void navigate({ to: '/capture' })}
        />
      ) : null}
      {online ? null : (
        <div className="away-banner" role="status">
          {t('work.offline.away')} <Link to="/offline">{t('work.offline.title')}</Link>{' '}
          <Link to="/capture">{t('work.capture.title')}</Link>
        </div>
      )}
    </>
  );
}

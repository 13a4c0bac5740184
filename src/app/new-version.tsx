import { Button } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

/**
 * Registers the worker that lets the app open without a network, and says when a new version waits; nobody is interrupted.
 * Only for those with an account: a guest who fills in a form is not made to load the rest.
 */
export function NewVersion() {
  const { t } = useTranslation();
  const [waiting, setWaiting] = useState<ServiceWorker>();
  useEffect(() => {
    // Only a built app has one; browsers allow it over https or on the machine itself.
    if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
    let current = true;
    const watch = (registration: ServiceWorkerRegistration | undefined) => {
      // Where workers are blocked, registering answers with nothing.
      if (!registration) return;
      const tell = (worker: ServiceWorker | null) => {
        if (current && worker && navigator.serviceWorker.controller) setWaiting(worker);
      };
      tell(registration.waiting);
      registration.addEventListener('updatefound', () => {
        const { installing } = registration;
        installing?.addEventListener('statechange', () => {
          if (installing.state === 'installed') tell(installing);
        });
      });
    };
    // After the page: filling the cache must not slow the first view.
    const timer = setTimeout(
      () => void navigator.serviceWorker.register('/service-worker.js').then(watch, () => {}),
      2000,
    );
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, []);
  if (!waiting) return null;
  return (
    <div className="away-banner" role="status">
      {t('ui.newVersion')}
      <Button
        size="small"
        onClick={() => {
          navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
          waiting.postMessage('takeOver');
        }}
      >
        {t('ui.update')}
      </Button>
    </div>
  );
}

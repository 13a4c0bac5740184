import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Problem } from '#shared/errors.ts';
import { invalidate } from './api.ts';
import { useInView } from './in-view.ts';

/**
 * The version a form writes over: the one it was filled with, then the ones it saved itself. `read` is what is stored by now; one that
 * is refused as outdated reads the paths of `stale` anew.
 */
export function useWritten(read: { version: number } | undefined, stale: string[]) {
  const client = useQueryClient();
  const [version, setVersion] = useState(read?.version ?? 0);
  return {
    version,
    /** Somebody else saved meanwhile; not to be asked while the form itself is saving. */
    newer: read !== undefined && read.version > version,
    saved: (saved: { version: number }) => setVersion(saved.version),
    failed: ({ status }: Problem) => {
      if (status === 412) void invalidate(client, stale);
    },
  };
}

/** Somebody else saved what is being written here: it neither replaces what is typed nor is overwritten unseen. */
export function NewerSaved({ onTake }: { onTake(): void }) {
  const { t } = useTranslation();
  const alert = useInView(true);
  return (
    <Alert
      ref={alert}
      type="warning"
      showIcon
      className="problem"
      title={t('ui.newer.saved')}
      description={
        <Button size="small" onClick={onTake}>
          {t('ui.newer.take')}
        </Button>
      }
    />
  );
}

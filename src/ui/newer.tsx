import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Problem } from '#shared/errors.ts';
import { invalidate } from './api.ts';
import { useInView } from './in-view.ts';

/** Whoever is refused as outdated (412) reads the paths of `stale` anew: the next try goes upon what is stored by now. */
export function useOutdated(stale: string[]) {
  const client = useQueryClient();
  return ({ status }: Problem) => {
    if (status === 412) void invalidate(client, stale);
  };
}

/** The version a form writes over: the one it was filled with, then the ones it saved itself. `read` is what is stored by now. */
export function useWritten(read: { version: number } | undefined, stale: string[]) {
  const failed = useOutdated(stale);
  const [version, setVersion] = useState(read?.version ?? 0);
  return {
    version,
    /** Somebody else saved meanwhile; not to be asked while the form itself is saving. */
    newer: read !== undefined && read.version > version,
    saved: (saved: { version: number }) => setVersion(saved.version),
    failed,
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

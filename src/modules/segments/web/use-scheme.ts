import { useEffect, useState } from 'react';
import { useEndpoint, useSend } from '#ui/api.ts';
import { getScheme, putScheme, type SchemeConfig } from '../schemes-contract.ts';
import type { SchemeKey } from '../spec.ts';

/** The thresholds or rules being edited, and their saving. */
export function useScheme<T extends SchemeConfig>(dimension: SchemeKey) {
  const scheme = useEndpoint(getScheme, { params: { dimension } }, { staleTime: 0 });
  const send = useSend(putScheme, ['/class-schemes', '/customers/:id/classes']);
  const [draft, setDraft] = useState<T | null>(null);
  const version = scheme.data?.version;
  // A newer version on the server replaces a draft only once it was saved from here.
  useEffect(() => {
    if (scheme.data && draft === null) setDraft(scheme.data.config as T);
  }, [scheme.data, draft]);
  return {
    scheme,
    draft,
    setDraft,
    editable: scheme.data?.can.update ?? false,
    problem: send.error,
    saving: send.isPending,
    save: (config: T) => send.mutateAsync({ params: { dimension }, ifMatch: version ?? 0, body: { config } }),
  };
}

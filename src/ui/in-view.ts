import type { Alert } from 'antd';
import { type ComponentRef, useEffect, useRef } from 'react';

/** What answers a button at the other end of a long form comes into view; what appears by itself moves nothing. */
export function useInView(shown: unknown) {
  const alert = useRef<ComponentRef<typeof Alert>>(null);
  useEffect(() => {
    const element = shown ? alert.current?.nativeElement : undefined;
    const form = element?.closest('.ant-modal, .ant-drawer') ?? element?.parentElement;
    const { activeElement: active } = document;
    if (active instanceof HTMLButtonElement && form?.contains(active)) element?.scrollIntoView({ block: 'nearest' });
  }, [shown]);
  return alert;
}

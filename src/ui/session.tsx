import { createContext, type ReactNode, useContext } from 'react';
import type { SessionInfo } from '#shared/session.ts';
import { setCompany } from '#ui/format.ts';

const SessionContext = createContext<SessionInfo | null>(null);

export function SessionProvider({ session, children }: { session: SessionInfo; children: ReactNode }) {
  setCompany(session.org);
  return <SessionContext.Provider value={session}>{children}</SessionContext.Provider>;
}

/** The signed-in caller; only within pages that need a session. */
export function useSession(): SessionInfo {
  const session = useContext(SessionContext);
  if (!session) throw new Error('no session');
  return session;
}

/** Whether the caller holds a permission in any scope. The server decides anyway; this only spares useless buttons. */
export function useCan(): (permission: string | undefined) => boolean {
  const session = useContext(SessionContext);
  return (permission) => permission === undefined || session?.grants[permission] !== undefined;
}

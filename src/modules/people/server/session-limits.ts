import { type RawBuilder, sql } from 'kysely';

/** [C] OWASP/NIST defaults: a session ends after 12 h, or after 30 min without use. `org.settings.session` overrides. */
const defaults = { hours: 12, idleMinutes: 30 };

/** Hours until a session ends whatever happens. */
export function sessionHours(settings: unknown): number {
  const { session } = settings as { session?: { hours?: unknown } };
  return typeof session?.hours === 'number' && session.hours > 0 ? session.hours : defaults.hours;
}

/** Minutes without a request until a session ends, read from the settings column named. */
export const idleMinutes = (column: string): RawBuilder<number> =>
  sql<number>`coalesce((${sql.ref(column)}->'session'->>'idleMinutes')::int, ${defaults.idleMinutes})`;

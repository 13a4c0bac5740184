import { Problem } from '#shared/errors.ts';
import type { Context } from '../context.ts';

/** Throws 412 when somebody saved since the caller read; `current` lets the client show both sides. */
export function requireVersion(context: Context, version: number, current: () => unknown): void {
  if (context.ifMatch !== null && context.ifMatch !== version) {
    throw new Problem(412, 'version.conflict', { data: { current: current() } });
  }
}

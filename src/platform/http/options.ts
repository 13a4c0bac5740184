import type { FastifyRequest } from 'fastify';
import type { Actor } from '../access/actor.ts';
import type { Config } from '../config.ts';
import type { Database } from '../db/database.ts';
import type { Translator } from '../i18n/index.ts';
import type { Log } from '../log.ts';
import type { ServerModule } from '../module.ts';

/** What the HTTP server is built from. */
export interface ServerOptions {
  config: Config;
  db: Database;
  log: Log;
  modules: ServerModule[];
  translate: Translator;
  /** Finds the caller from cookie or token; null when there is none. Throws 401 for a bad credential. */
  authenticate(request: FastifyRequest): Promise<Actor | null>;
  /** Key of a caller whose credential was good a moment ago; undefined for all others. */
  callerKey(request: FastifyRequest): string | undefined;
}

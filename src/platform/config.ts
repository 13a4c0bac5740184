import { isIP } from 'node:net';
import { isAbsolute, resolve } from 'node:path';

/** The company's identity provider (OpenID Connect). */
export interface OidcConfig {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** What the button on the sign-in page calls it. */
  name: string;
}

export interface Config {
  host: string;
  port: number;
  dataDir: string;
  databaseUrl: string | undefined;
  /** Address people use, for links in mail; derived from host and port unless set. */
  publicUrl: string;
  /** Behind a TLS proxy: cookies are Secure and HSTS is sent. */
  secure: boolean;
  /** `smtp://…`; unset: mail is written to the outbox folder. */
  smtpUrl: string | undefined;
  mailFrom: string;
  logLevel: string;
  /** Requests per minute and caller before 429; sign-in and public pages have stricter limits of their own. */
  requestsPerMinute: number;
  /** Addresses or networks of reverse proxies whose word about the visitor's address is taken; empty: nobody's. */
  trustedProxies: string[];
  /** Hosts inside the own network a bot's address may have all the same: a private installation of a messenger. */
  webhookHosts: string[];
  /** People may sign in through this provider besides by password; null: there is none. */
  oidc: OidcConfig | null;
}

/** Reads the configuration from the environment; throws with the variable's name when a value makes no sense. */
export function loadConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const port = Number(env.PORT ?? 3000);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new Error(`PORT must be 0 to 65535, not ${env.PORT}`);
  const host = env.HOST ?? '127.0.0.1';
  const dataDir = env.KEDANG_DATA ?? './data';
  const databaseUrl = env.DATABASE_URL || undefined;
  if (databaseUrl && !/^postgres(ql)?:\/\//.test(databaseUrl))
    throw new Error('DATABASE_URL must begin with postgres://');
  const publicUrl = env.KEDANG_URL ?? `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  if (!/^https?:\/\//.test(publicUrl)) throw new Error('KEDANG_URL must begin with http:// or https://');
  const requestsPerMinute = Number(env.KEDANG_REQUESTS_PER_MINUTE ?? 60_000);
  if (!Number.isInteger(requestsPerMinute) || requestsPerMinute < 1)
    throw new Error(
      `KEDANG_REQUESTS_PER_MINUTE must be a positive whole number, not ${env.KEDANG_REQUESTS_PER_MINUTE}`,
    );
  const trustedProxies = listOf(env.KEDANG_TRUSTED_PROXIES);
  const strange = trustedProxies.find(
    (entry) => !/^[^/]+(\/\d{1,3})?$/.test(entry) || !isIP(entry.split('/', 1)[0] ?? ''),
  );
  if (strange) throw new Error(`KEDANG_TRUSTED_PROXIES must name IP addresses or networks, not ${strange}`);
  return {
    host,
    port,
    dataDir: isAbsolute(dataDir) ? dataDir : resolve(dataDir),
    databaseUrl,
    publicUrl: publicUrl.replace(/\/$/, ''),
    secure: publicUrl.startsWith('https://'),
    smtpUrl: env.SMTP_URL || undefined,
    mailFrom: env.MAIL_FROM ?? 'kedang@localhost',
    logLevel: env.LOG_LEVEL ?? 'info',
    requestsPerMinute,
    trustedProxies,
    webhookHosts: listOf(env.KEDANG_WEBHOOK_HOSTS),
    oidc: oidcConfig(env),
  };
}

const listOf = (text = ''): string[] =>
  text
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .filter(Boolean);

function oidcConfig(env: NodeJS.ProcessEnv): OidcConfig | null {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = env;
  if (!issuer && !clientId && !clientSecret) return null;
  if (!issuer || !clientId || !clientSecret)
    throw new Error('OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET belong together: one is missing');
  // Without TLS anybody on the way could say who signs in; on the machine itself nobody is on the way.
  if (!URL.canParse(issuer) || !/^(https:|http:\/\/(localhost|127\.0\.0\.1)[:/])/.test(issuer))
    throw new Error('OIDC_ISSUER must begin with https://');
  return { issuer, clientId, clientSecret, name: env.OIDC_NAME || new URL(issuer).hostname };
}

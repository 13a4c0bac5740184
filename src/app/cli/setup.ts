import { loadConfig } from '#platform/config.ts';
import { connectDatabase } from '#platform/db/connect.ts';
import { migrate } from '#platform/db/migrate.ts';
import { createLog } from '#platform/log.ts';
import { ask, cookieOf, overNetwork, request, runningUrl, type Transport } from './client.ts';
import { type Command, readSecret, required, text, UsageError } from './command.ts';

interface Made {
  orgId: string;
  userId: string;
}

/** Does the first-run guide through the API, signs in once and makes a token for scripts. */
async function guide(transport: Transport, dataDir: string, input: Record<string, unknown>) {
  const { setupToken } = await import('#modules/operations/index.ts');
  const made = await ask<Made>(transport, 'POST', '/setup', {}, { ...input, token: setupToken(dataDir) });
  const { cookie } = await request(
    transport,
    'POST',
    '/sessions',
    {},
    { email: input.adminEmail, password: input.password },
  );
  const wanted = { name: 'kedang setup', scopes: ['*'] };
  const { token } = await ask<{ token: string }>(transport, 'POST', '/tokens', { cookie }, wanted);
  await ask(transport, 'DELETE', '/session', { cookie });
  return { ...made, token };
}

/** `kedang setup`: against the running installation, or one it opens itself for the moment. */
export const setupCommand: Command = {
  name: 'setup',
  usage:
    'setup --org NAME --preset KEY --admin-name NAME --admin-email MAIL --password-stdin [--lang zh-CN] [--sample]',
  summary: 'First-run guide without a browser; prints JSON with a personal access token',
  options: {
    org: { type: 'string' },
    preset: { type: 'string' },
    'admin-name': { type: 'string' },
    'admin-email': { type: 'string' },
    'password-stdin': { type: 'boolean' },
    lang: { type: 'string' },
    sample: { type: 'boolean' },
  },
  async run(options) {
    if (!options['password-stdin'])
      throw new UsageError('--password-stdin is missing: the password is read from there');
    const input = {
      orgName: required(options, 'org'),
      preset: required(options, 'preset'),
      adminName: required(options, 'admin-name'),
      adminEmail: required(options, 'admin-email'),
      lang: text(options, 'lang') ?? 'zh-CN',
      sample: options.sample === true,
      password: await readSecret(),
    };
    const config = loadConfig();
    const url = await runningUrl(config.dataDir);
    if (url) {
      const made = await guide(overNetwork(url), config.dataDir, input);
      console.log(JSON.stringify({ ...made, url }));
      return 0;
    }
    const connected = await connectDatabase({ dataDir: config.dataDir, databaseUrl: config.databaseUrl });
    try {
      await migrate(connected.ownerUrl, connected.appRole);
      // The whole server is loaded only where one is needed.
      const { createApp } = await import('../app.ts');
      const app = await createApp({
        config,
        appUrl: connected.appUrl,
        log: createLog('warn', 2),
        jobs: 'all-on-demand',
      });
      try {
        const made = await guide(
          async (method, path, headers, body) => {
            const response = await app.server.inject({
              method: method as 'GET',
              url: `/api/v1${path}`,
              headers,
              payload: body as object,
            });
            return {
              status: response.statusCode,
              body: response.body === '' ? undefined : response.json(),
              cookie: cookieOf([response.headers['set-cookie']].flat()[0]),
            };
          },
          config.dataDir,
          input,
        );
        await app.runner.drain();
        console.log(JSON.stringify({ ...made, url: null }));
        return 0;
      } finally {
        await app.close();
      }
    } finally {
      await connected.stop();
    }
  },
};

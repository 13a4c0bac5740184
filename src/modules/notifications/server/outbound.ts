import { type LookupAddress, lookup } from 'node:dns';
import { request } from 'node:https';
import { BlockList, isIP } from 'node:net';
import { Problem } from '#shared/errors.ts';

const inner = new BlockList();
for (const [address, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const)
  inner.addSubnet(address, prefix, 'ipv4');
for (const [address, prefix] of [
  ['::', 127],
  ['64:ff9b::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  inner.addSubnet(address, prefix, 'ipv6');

/** Whether an address belongs to this machine or a network behind it. An IPv4 address in IPv6 clothes is looked at as what it is. */
export function isInnerAddress(address: string): boolean {
  const mapped = /^::ffff:(?:(\d+\.\d+\.\d+\.\d+)|([0-9a-f]{1,4}):([0-9a-f]{1,4}))$/i.exec(address);
  if (mapped) {
    const [, dotted, high = '0', low = '0'] = mapped;
    const number = (Number.parseInt(high, 16) << 16) | Number.parseInt(low, 16);
    return isInnerAddress(dotted ?? [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.'));
  }
  const family = isIP(address);
  return family === 0 || inner.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

const hostOf = (url: URL) => url.hostname.replace(/^\[|\]$/g, '');

/** An address a webhook may have: https, no credentials, no inner host by its number unless the configuration names it. */
export function checkWebhookUrl(text: string, allowed: readonly string[] = []): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new Problem(422, 'webhook.url', { field: 'url' });
  }
  if (url.protocol !== 'https:' || url.username !== '' || url.password !== '')
    throw new Problem(422, 'webhook.url', { field: 'url' });
  const host = hostOf(url);
  if (allowed.includes(host)) return url;
  if ((isIP(host) !== 0 && isInnerAddress(host)) || host === 'localhost' || host.endsWith('.localhost'))
    throw new Problem(422, 'webhook.inner', { field: 'url' });
  return url;
}

const timeoutMs = 10_000;
const answerLimit = 64 * 1024;

/**
 * Posts JSON to an outside address. The name is resolved by ourselves and only an outer address is connected to, so that a name
 * that changes its mind cannot lead inside; redirects are not followed. `allowed`: hosts that may be inside.
 */
export function postJson(
  url: URL,
  body: unknown,
  allowed: readonly string[] = [],
): Promise<{ status: number; text: string }> {
  checkWebhookUrl(url.href, allowed);
  const anywhere = allowed.includes(hostOf(url));
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        signal: AbortSignal.timeout(timeoutMs),
        lookup: (host, options, done) =>
          lookup(host, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
            const outer = addresses?.filter((item) => anywhere || !isInnerAddress(item.address)) ?? [];
            const [first] = outer;
            if (error || !first) return done(error ?? new Error('inner address'), '', 0);
            if (options.all) return done(null, outer as never);
            return done(null, first.address, first.family);
          }),
      },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (part: string) => {
          text += part;
          if (text.length > answerLimit) answer.destroy();
        });
        answer.on('close', () => resolve({ status: answer.statusCode ?? 0, text }));
        answer.on('error', reject);
      },
    );
    sent.on('error', reject);
    sent.end(JSON.stringify(body));
  });
}

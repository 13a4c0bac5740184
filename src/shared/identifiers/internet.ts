import { bad, type Checked, good } from '../checked.ts';
import { normalizeText } from '../text/normalize.ts';

/** Email address: one @, a sensible local part, a domain with a dot. The domain comes back in small letters. */
export function checkEmail(raw: string): Checked<string> {
  const text = normalizeText(raw).replace(/^mailto:/i, '');
  if (text.length > 254) return bad('email.tooLong');
  const at = text.lastIndexOf('@');
  const local = text.slice(0, at);
  const domain = text.slice(at + 1).toLowerCase();
  if (at < 1 || local.length > 64) return bad('email.format');
  if (!/^[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u.test(local))
    return bad('email.format');
  if (!isDomain(domain)) return bad('email.domain');
  return good(`${local}@${domain}`);
}

const isDomain = (domain: string) =>
  domain.length <= 253 &&
  /^(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+[\p{L}][\p{L}\p{N}-]{0,61}[\p{L}\p{N}]$/u.test(domain);

/** Several addresses in one cell, also as mail programs write them: `"Li Lei" <li@lei.cn>`. */
export function splitEmails(raw: string): string[] {
  const text = normalizeText(raw.replace(/[\r\n]+/g, ';'));
  let rest = 0;
  let unnamed = '';
  // Step by step instead of by one pattern, whose time grew with the square of the text's length.
  for (const bracketed of text.matchAll(/<([^<>]*)>/g)) {
    unnamed += `${withoutName(text.slice(rest, bracketed.index))};${bracketed[1]};`;
    rest = bracketed.index + bracketed[0].length;
  }
  return (unnamed + text.slice(rest)).split(/[;,、/|\s]+/).filter((part) => part !== '');
}

/** What stands before `<li@lei.cn>` without the name at its end, which reaches back to the separator before it or is in quotes. */
function withoutName(text: string): string {
  const trimmed = text.trimEnd();
  const quote = trimmed.endsWith('"') ? trimmed.lastIndexOf('"', trimmed.length - 2) : -1;
  const start = quote >= 0 ? quote : Math.max(trimmed.lastIndexOf(';'), trimmed.lastIndexOf(',')) + 1;
  // `li@lei.cn <li@lei.cn>`: a name that is an address is one.
  const addresses = quote >= 0 ? [] : trimmed.slice(start).match(/[^\s"]*@[^\s"]*/g);
  return [trimmed.slice(0, start), ...(addresses ?? [])].join(' ');
}

/** Several addresses in one cell. A slash or bar belongs to the address; a comma only separates before a new one. */
export function splitWebsites(raw: string): string[] {
  return normalizeText(raw.replace(/[\r\n]+/g, ';'))
    .split(/[;、\s]+|,(?=\s|https?:|www\.)/i)
    .map((part) => part.replace(/^,|,$/g, ''))
    .filter((part) => part !== '');
}

/** Web address, http or https only; `https://` is put before a bare domain. */
export function checkWebsite(raw: string): Checked<string> {
  const text = normalizeText(raw);
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme && scheme !== 'http' && scheme !== 'https' && !/^[^/]+:\d+/.test(text)) return bad('website.scheme');
  try {
    const url = new URL(scheme === 'http' || scheme === 'https' ? text : `https://${text}`);
    const host = url.hostname.toLowerCase();
    if (!host.includes('.') || url.username !== '' || url.password !== '' || text.length > 2000)
      return bad('website.format');
    return good(url.pathname === '/' && !url.search && !url.hash ? url.origin : url.href);
  } catch {
    return bad('website.format');
  }
}

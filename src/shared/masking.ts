/** Display masks of domain practice: enough stays to recognise the value, not to use it. */
export const maskPhone = (value: string): string =>
  value.length < 8 ? '****' : `${value.slice(0, value.startsWith('+86') ? 6 : value.length - 8)}****${value.slice(-4)}`;

export function maskEmail(value: string): string {
  const at = value.indexOf('@');
  return at < 1 ? '***' : `${[...value][0]}***${value.slice(at)}`;
}

export const maskIdCard = (value: string): string =>
  value.length < 15 ? '****' : `${value.slice(0, 6)}********${value.slice(-4)}`;

export const maskBankCard = (value: string): string => `****${value.slice(-4)}`;

export function maskName(value: string): string {
  const characters = [...value];
  if (characters.length < 2) return '*';
  return characters.length === 2
    ? `${characters[0]}*`
    : `${characters[0]}${'*'.repeat(characters.length - 2)}${characters.at(-1)}`;
}

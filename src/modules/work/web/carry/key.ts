/**
 * Keys of the cards on a device. The key is made of the PIN (PBKDF2) and the half the server gave; neither opens anything alone.
 * The half lies on the device sealed by a key the browser does not hand out, bound to the carry and the end of its day.
 */
const rounds = 600_000;
const text = new TextEncoder();

export interface Sealed {
  iv: Uint8Array<ArrayBuffer>;
  data: ArrayBuffer;
}

export const randomBytes = (length: number): Uint8Array<ArrayBuffer> => crypto.getRandomValues(new Uint8Array(length));

/** A key of this browser profile: usable here, never readable. */
export const newDeviceKey = (): Promise<CryptoKey> =>
  crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);

export async function sealBytes(key: CryptoKey, bytes: Uint8Array<ArrayBuffer>, label: string): Promise<Sealed> {
  const iv = randomBytes(12);
  const algorithm = { name: 'AES-GCM', iv, additionalData: text.encode(label) };
  return { iv, data: await crypto.subtle.encrypt(algorithm, key, bytes) };
}

/** Throws when the key is another, the bytes are damaged, or they were sealed under another label. */
export async function openBytes(key: CryptoKey, { iv, data }: Sealed, label: string): Promise<Uint8Array<ArrayBuffer>> {
  const algorithm = { name: 'AES-GCM', iv, additionalData: text.encode(label) };
  return new Uint8Array(await crypto.subtle.decrypt(algorithm, key, data));
}

export const sealValue = (key: CryptoKey, value: unknown, label: string): Promise<Sealed> =>
  sealBytes(key, text.encode(JSON.stringify(value)), label);

export const openValue = async <T>(key: CryptoKey, sealed: Sealed, label: string): Promise<T> =>
  JSON.parse(new TextDecoder().decode(await openBytes(key, sealed, label))) as T;

/** The key of a carry, from the PIN and the server's half. */
export async function carryKey(
  pin: string,
  salt: Uint8Array<ArrayBuffer>,
  half: Uint8Array<ArrayBuffer>,
): Promise<CryptoKey> {
  const typed = await crypto.subtle.importKey('raw', text.encode(pin), 'PBKDF2', false, ['deriveBits']);
  const stretched = await crypto.subtle.deriveBits(
    { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: rounds },
    typed,
    256,
  );
  const base = await crypto.subtle.importKey('raw', stretched, 'HKDF', false, ['deriveKey']);
  return crypto.subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt: half, info: text.encode('carried cards') },
    base,
    { name: 'AES-GCM', length: 256 },
    false,
    ['encrypt', 'decrypt'],
  );
}

/** What is wrong with a new PIN, as the key of its message. */
export function pinFault(pin: string): 'digits' | 'simple' | undefined {
  if (!/^\d{6,12}$/.test(pin)) return 'digits';
  const steps = new Set([...pin].slice(1).map((digit, index) => Number(digit) - Number(pin[index])));
  return steps.size === 1 && [0, 1, -1].includes([...steps][0] ?? 9) ? 'simple' : undefined;
}

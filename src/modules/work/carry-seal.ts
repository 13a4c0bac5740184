/**
 * Sealing for what a device records without a network: encrypted to the server's public key (ECDH P-256, HKDF-SHA-256,
 * AES-256-GCM), so that the device itself cannot read it again and can send it without a PIN. The same code on both sides.
 */
const curve = { name: 'ECDH', namedCurve: 'P-256' };
const pointBytes = 65;
const text = new TextEncoder();

export const toBase64 = (bytes: Uint8Array): string => {
  let result = '';
  for (let at = 0; at < bytes.length; at += 0x8000) result += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(result);
};
export const fromBase64 = (value: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(value), (letter) => letter.charCodeAt(0));

/** A new pair: the public half for the device, the private one for the vault. */
export async function newSealingKey(): Promise<{ open: string; secret: Uint8Array }> {
  const pair = await crypto.subtle.generateKey(curve, true, ['deriveBits']);
  return {
    open: toBase64(new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))),
    secret: new Uint8Array(await crypto.subtle.exportKey('pkcs8', pair.privateKey)),
  };
}

async function messageKey(privateKey: CryptoKey, publicKey: CryptoKey, context: string): Promise<CryptoKey> {
  const shared = await crypto.subtle.deriveBits({ name: 'ECDH', public: publicKey }, privateKey, 256);
  const base = await crypto.subtle.importKey('raw', shared, 'HKDF', false, ['deriveKey']);
  return crypto.subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: text.encode(context) },
    base,
    { name: 'AES-GCM', length: 256 },
    false,
    ['encrypt', 'decrypt'],
  );
}

const point = (raw: Uint8Array<ArrayBuffer>) => crypto.subtle.importKey('raw', raw, curve, true, []);

/** Seals an entry under its id: a sealed entry cannot be passed off as another. */
export async function seal(openKey: string, entryId: string, content: unknown): Promise<string> {
  const pair = await crypto.subtle.generateKey(curve, true, ['deriveBits']);
  const own = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
  const key = await messageKey(pair.privateKey, await point(fromBase64(openKey)), entryId);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const body = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, text.encode(JSON.stringify(content)));
  const sealed = new Uint8Array(own.length + iv.length + body.byteLength);
  sealed.set(own);
  sealed.set(iv, own.length);
  sealed.set(new Uint8Array(body), own.length + iv.length);
  return toBase64(sealed);
}

/** Opens a sealed entry; throws when it is damaged, of another key or under another id. */
export async function unseal(secret: Uint8Array<ArrayBuffer>, entryId: string, sealed: string): Promise<unknown> {
  const bytes = fromBase64(sealed);
  const privateKey = await crypto.subtle.importKey('pkcs8', secret, curve, false, ['deriveBits']);
  const key = await messageKey(privateKey, await point(bytes.slice(0, pointBytes)), entryId);
  const iv = bytes.slice(pointBytes, pointBytes + 12);
  const clear = await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, bytes.slice(pointBytes + 12));
  return JSON.parse(new TextDecoder().decode(clear)) as unknown;
}

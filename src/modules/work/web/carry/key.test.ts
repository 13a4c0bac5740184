import { describe, expect, it } from 'vitest';
import { newSealingKey, seal, unseal } from '../../carry-seal.ts';
import { carryKey, newDeviceKey, openValue, pinFault, randomBytes, sealValue } from './key.ts';

describe('keys of carried cards', () => {
  it('open with the PIN and the half together, and with nothing else', async () => {
    const [salt, half] = [randomBytes(16), randomBytes(32)];
    const sealed = await sealValue(await carryKey('204819', salt, half), { name: '明达' }, 'card-1');
    expect(await openValue(await carryKey('204819', salt, half), sealed, 'card-1')).toEqual({ name: '明达' });
    await expect(openValue(await carryKey('204818', salt, half), sealed, 'card-1')).rejects.toThrow();
    await expect(openValue(await carryKey('204819', salt, randomBytes(32)), sealed, 'card-1')).rejects.toThrow();
    await expect(openValue(await carryKey('204819', salt, half), sealed, 'card-2')).rejects.toThrow();
  });

  it('bind the half to the end of its day', async () => {
    const key = await newDeviceKey();
    const sealed = await sealValue(key, 'half', 'carry 2026-11-25T16:00:00Z');
    await expect(openValue(key, sealed, 'carry 2027-11-25T16:00:00Z')).rejects.toThrow();
    await expect(crypto.subtle.exportKey('raw', key)).rejects.toThrow();
  });

  it('seal entries the device cannot open again', async () => {
    const { open, secret } = await newSealingKey();
    const sealed = await seal(open, 'a', { note: '拜访' });
    expect(await unseal(new Uint8Array(secret), 'a', sealed)).toEqual({ note: '拜访' });
    await expect(unseal(new Uint8Array(secret), 'b', sealed)).rejects.toThrow();
    const another = await newSealingKey();
    await expect(unseal(new Uint8Array(another.secret), 'a', sealed)).rejects.toThrow();
  });

  it('need a PIN nobody guesses first', () => {
    expect(['12345', '123456', '987654', '000000', '20481a', '204819', '1357924680135'].map(pinFault)).toEqual([
      'digits',
      'simple',
      'simple',
      'simple',
      'digits',
      undefined,
      'digits',
    ]);
  });
});

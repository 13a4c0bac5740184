import { hash, verify } from '@node-rs/argon2';

/** OWASP: argon2id (the library's default), t=2, m=19 MiB, p=1. */
const cost = { memoryCost: 19 * 1024, timeCost: 2, parallelism: 1 };

export const hashPassword = (password: string): Promise<string> => hash(password.normalize('NFKC'), cost);

let decoy: Promise<string> | undefined;

/** Compares in the same time whether or not the user exists or has a password. */
export async function verifyPassword(stored: string | null, password: string): Promise<boolean> {
  decoy ??= hashPassword('a password nobody has');
  const matches = await verify(stored ?? (await decoy), password.normalize('NFKC')).catch(() => false);
  return stored !== null && matches;
}

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { newId } from '#shared/ids.ts';
import type { Config } from '../config.ts';

export interface Mail {
  to: string;
  subject: string;
  text: string;
  /** Where answers go, when not to the address of the installation. */
  replyTo?: string;
  /** Kept when the same mail is sent again, so that mail programs know it for the same. */
  messageId?: string;
}

export interface Mailer {
  send(mail: Mail): Promise<void>;
}

/** SMTP when configured, else one `.eml` file per mail in the outbox folder, for the administrator to read or forward. */
export function createMailer(config: Config): Mailer {
  if (config.smtpUrl) {
    const transport = createTransport(config.smtpUrl);
    return { send: async (mail) => void (await transport.sendMail({ from: config.mailFrom, ...mail })) };
  }
  const folder = join(config.dataDir, 'outbox');
  const transport = createTransport({ streamTransport: true, buffer: true });
  return {
    async send(mail) {
      const { message } = await transport.sendMail({ from: config.mailFrom, ...mail });
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeFile(join(folder, `${newId()}.eml`), message as Buffer, { mode: 0o600 });
    },
  };
}

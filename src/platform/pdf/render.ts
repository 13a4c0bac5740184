import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Content } from 'pdfmake/interfaces';
import { Problem } from '#shared/errors.ts';

export interface PdfOrder {
  title: string;
  /**
   * Each entry begins a page: versions of it, the fullest first. The first that fits one page in any of the sizes (points, largest
   * first) is taken, in the largest it fits in.
   */
  pages: Content[][];
  sizes: number[];
  landscape?: boolean;
  /** Across every page: who printed it and when. */
  watermark?: string;
  footer?: string;
}

const timeMs = 10 * 60_000;

/** Sets a PDF with Chinese fonts in a child process: the fonts need memory the server should not keep. */
export function renderPdf(order: PdfOrder, signal?: AbortSignal): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(new URL('./render-process.ts', import.meta.url)), [], {
      execArgv: ['--max-old-space-size=1024'],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    let settled = false;
    const finish = (error: Error | null, bytes?: Buffer) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      child.kill('SIGKILL');
      if (bytes) resolve(bytes);
      else reject(error ?? new Problem(500, 'pdf.failed'));
    };
    const abort = () => finish(new Error('aborted'));
    const timer = setTimeout(() => finish(new Problem(500, 'pdf.failed')), timeMs);
    signal?.addEventListener('abort', abort);
    child.on('message', (message: { bytes?: Uint8Array; failed?: string }) =>
      message.bytes ? finish(null, Buffer.from(message.bytes)) : finish(new Error(message.failed ?? 'pdf')),
    );
    child.on('error', (error) => finish(error));
    child.on('exit', () => setImmediate(() => finish(null)));
    child.send(order);
  });
}

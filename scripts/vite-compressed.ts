import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

/** Beside each built text its compressed forms, made once: the server sends what the browser takes. */
export function compressed(): Plugin {
  return {
    name: 'kedang-compressed',
    apply: 'build',
    enforce: 'post',
    writeBundle({ dir = '' }) {
      for (const name of globSync('**/*.{js,css,json,svg,html,webmanifest}', { cwd: dir })) {
        const file = join(dir, name);
        const text = readFileSync(file);
        if (text.length < 1024) continue;
        writeFileSync(`${file}.gz`, gzipSync(text, { level: 9 }));
        const params = { [constants.BROTLI_PARAM_QUALITY]: 10, [constants.BROTLI_PARAM_SIZE_HINT]: text.length };
        writeFileSync(`${file}.br`, brotliCompressSync(text, { params }));
      }
    },
  };
}

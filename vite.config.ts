import { createHash } from 'node:crypto';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { compressed } from './scripts/vite-compressed.ts';
import { browserContracts } from './scripts/vite-contracts.ts';
import { texts } from './scripts/vite-texts.ts';

/** Modules whose files, with all they import, are there without a network: the shell, its texts, the pages for working offline. */
const offline = [/\/index\.html$/, /virtual:texts\//, /\/work\/web\/carry\/(offline-page|capture-page|agent)\.tsx$/];

/** Writes the list of files to keep into the service worker; its version is that of the list. */
function serviceWorker(): Plugin {
  return {
    name: 'kedang-service-worker',
    // After the chunks that only held styles are gone.
    enforce: 'post',
    apply: 'build',
    generateBundle(_options, bundle) {
      const wanted = new Set<string>();
      const add = (name: string) => {
        const chunk = bundle[name];
        if (!chunk || wanted.has(name) || name === 'service-worker.js') return;
        wanted.add(name);
        if (chunk.type !== 'chunk') return;
        for (const next of [...chunk.imports, ...(chunk.viteMetadata?.importedCss ?? [])]) add(next);
      };
      for (const [name, chunk] of Object.entries(bundle))
        if (
          chunk.type === 'chunk' &&
          offline.some(
            (pattern) => chunk.moduleIds.some((id) => pattern.test(id)) || pattern.test(chunk.facadeModuleId ?? ''),
          )
        )
          add(name);
      for (const [name, { type, names }] of Object.entries(bundle) as [string, { type: string; names?: string[] }][])
        if (type === 'asset' && names?.some((given) => /^(zh-CN|en-US)\.json$/.test(given))) wanted.add(name);
      const files = [
        ...[...wanted].sort().map((name) => `/${name}`),
        '/manifest.webmanifest',
        '/icon.svg',
        '/icon-192.png',
      ];
      const version = createHash('sha256').update(Object.keys(bundle).sort().join()).digest('hex').slice(0, 12);
      const worker = bundle['service-worker.js'];
      if (worker?.type !== 'chunk') throw new Error('the service worker was not built');
      worker.code = worker.code.replace(/\bPRECACHED\b/, JSON.stringify({ version, files }));
    },
  };
}

export default defineConfig({
  plugins: [react(), texts(), browserContracts(), serviceWorker(), compressed()],
  build: {
    outDir: 'dist/web',
    emptyOutDir: true,
    target: 'es2022',
    chunkSizeWarningLimit: 900,
    rolldownOptions: {
      input: { index: 'index.html', 'service-worker': 'src/app/service-worker.ts' },
      // Parts of Ant Design that do not say of themselves that they do nothing when loaded, and do nothing.
      treeshake: {
        moduleSideEffects: [
          {
            test: /\/node_modules\/@(rc-component|ant-design\/(colors|cssinjs|cssinjs-utils|fast-color))\//,
            sideEffects: false,
          },
        ],
      },
      output: {
        codeSplitting: {
          groups: [
            // One file instead of fifty: what every page needs. The worker stands alone.
            { name: 'client', tags: ['$initial'], test: (id) => !id.includes('service-worker') },
          ],
        },
        // The worker must stand at the root, under a name that never changes: it serves the whole address.
        entryFileNames: (chunk) => (chunk.name === 'service-worker' ? 'service-worker.js' : 'assets/[name]-[hash].js'),
      },
    },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:3000' } },
});

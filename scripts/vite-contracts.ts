import type { Plugin } from 'vite';

interface Node {
  type: string;
  start: number;
  end: number;
  name?: string;
  key?: Node;
  callee?: Node;
  arguments?: Node[];
  properties?: Node[];
  declaration?: Node | null;
  declarations?: { init?: Node | null }[];
}

/** What the server checks and describes an endpoint with; a browser calls it without. */
const serverSide = new Set(['params', 'query', 'body', 'response', 'summary', 'tag', 'access', 'rateLimit', 'status']);

/** Every call of `endpoint()` below a node. */
function* endpoints(node: unknown): Generator<Node> {
  if (typeof node !== 'object' || node === null) return;
  const { type, callee } = node as Node;
  if (type === 'CallExpression' && callee?.name === 'endpoint') yield node as Node;
  else for (const child of Object.values(node)) yield* endpoints(child);
}

/**
 * Contracts in the browser: method, path and headers of each endpoint stay, its shapes go, and with them all of zod that
 * no page asks for. The types are those of the whole contract, and the server reads the file as it stands.
 */
export function browserContracts(): Plugin {
  return {
    name: 'kedang-browser-contracts',
    apply: 'build',
    // After the types are gone.
    enforce: 'post',
    transform: {
      filter: { id: /\/src\/(modules\/.+|shared\/[^/]+)\.ts$/, code: /\b(zod|endpoint\()/ },
      handler(code) {
        const program = this.parse(code) as unknown as { body: Node[] };
        const edits: { start: number; end: number; text: string }[] = [];
        for (const call of endpoints(program)) {
          const kept = call.arguments?.[0]?.properties?.filter(({ key }) => !serverSide.has(key?.name ?? '')) ?? [];
          const text = kept.map(({ start, end }) => code.slice(start, end)).join(', ');
          edits.push({ start: call.start, end: call.end, text: `({ ${text} })` });
        }
        for (const statement of program.body) {
          const declared = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
          for (const { init } of declared?.declarations ?? []) {
            const made = init?.type === 'CallExpression' || init?.type === 'ObjectExpression';
            if (!made || init.callee?.name === 'endpoint') continue;
            // Of a shape nobody asks for nothing stays; whoever does gets it whole.
            edits.push({ start: init.start, end: init.start, text: '/* @__PURE__ */ (() => (' });
            edits.push({ start: init.end, end: init.end, text: '))()' });
          }
        }
        edits.sort((a, b) => b.start - a.start);
        let made = code;
        for (const { start, end, text } of edits) made = made.slice(0, start) + text + made.slice(end);
        return { code: made, map: null };
      },
    },
  };
}

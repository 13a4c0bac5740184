export type MessageTree = { [key: string]: string | MessageTree };
export type Messages = Map<string, string>;

/** Flattens locale files (`{ errors: { record: { notFound: … } } }`) into dotted keys; a later file wins. */
export function flattenMessages(trees: MessageTree[]): Messages {
  const messages: Messages = new Map();
  const walk = (tree: MessageTree, prefix: string) => {
    for (const [key, value] of Object.entries(tree)) {
      if (typeof value === 'string') messages.set(prefix + key, value);
      else walk(value, `${prefix}${key}.`);
    }
  };
  for (const tree of trees) walk(tree, '');
  return messages;
}

/** Fills `{name}` places; a missing parameter stays visible. */
export function fillMessage(text: string, params: Record<string, string | number> = {}): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in params ? String(params[name]) : whole));
}

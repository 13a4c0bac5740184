import type { Collected } from '#modules/customers/index.ts';

/** Most people one intake takes. */
const mostPeople = 20;

/** One draft for each company: a row that shares a number or a name with an earlier one adds its person there. */
export function draftsOf<Row extends { keys: { kind: string; key: string }[] }>(
  rows: Row[],
  draftOf: (row: Row) => Collected,
): Collected[] {
  const drafts: Collected[] = [];
  const byKey = new Map<string, Collected>();
  for (const row of rows) {
    const keys = row.keys.map(({ kind, key }) => `${kind}:${key}`);
    const fresh = draftOf(row);
    const known = keys.flatMap((key) => byKey.get(key) ?? [])[0];
    const joined = known && known.people.length < mostPeople ? known : fresh;
    if (joined === known) known.people.push(...fresh.people);
    else drafts.push(fresh);
    for (const key of keys) byKey.set(key, joined);
  }
  return drafts;
}

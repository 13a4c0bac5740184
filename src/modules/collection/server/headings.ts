import type { Context } from '#platform/context.ts';
import type { ImportTarget } from '#platform/sheets/target.ts';
import type { Lang } from '#shared/languages.ts';

interface Column {
  index: number;
  heading: string;
}

/** A heading without what varies: width, case, blanks, stars, brackets with hints. */
export const headingKey = (heading: string): string =>
  heading
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[(（[【].*?[)）\]】]/g, '')
    .replace(/[\s*:：_\-./]+/g, '');

/** Heads the reasons in the sheet of wrong rows: no column to be imported when that comes back corrected. */
export const whyHeading: Record<Lang, string> = { 'zh-CN': '未导入的原因', 'en-US': 'Why not imported' };
const whyKeys = new Set(Object.values(whyHeading).map(headingKey));
export const isWhyHeading = (heading: string): boolean => whyKeys.has(headingKey(heading));

/** The lines or languages of a heading that says the same twice: `公司名称 Company`. */
const partsOf = (heading: string): string[] =>
  heading
    .split(/[\r\n/|｜]+|(?<=\p{Script=Han})\s*(?=[A-Za-z])|(?<=[A-Za-z.])\s*(?=\p{Script=Han})/u)
    .filter((part) => headingKey(part) !== '');

/** How columns are remembered: by heading, and where a sheet has it several times by its place among them too. */
function marksOf(columns: Column[]): Map<number, string> {
  const same = Map.groupBy(columns, (column) => headingKey(column.heading));
  return new Map(
    [...same].flatMap(([key, list]) =>
      list.map((column, place): [number, string] => [
        column.index,
        // A heading's key has no line break.
        list.length > 1 && key !== '' ? `${key}\n${place + 1}` : key,
      ]),
    ),
  );
}

export interface HeadingTargets {
  /** Keys of the target's columns. */
  targets: Set<string>;
  /** What a heading alone means. */
  targetOf(heading: string): string | undefined;
  /** What the columns of a sheet mean together: a field that holds one value is proposed for one column only. */
  mappingOf(columns: Column[]): Record<string, string>;
}

/** Recognises headings of a target: what people corrected before comes after what the target knows, and wins. */
export async function headingTargets(context: Context, target: ImportTarget): Promise<HeadingTargets> {
  const columns = await target.columns(context);
  const targets = new Set(columns.map((column) => column.key));
  const several = new Set(columns.flatMap((column) => (column.several ? [column.key] : [])));
  const known = new Map<string, string>();
  for (const [heading, key] of await target.headings(context))
    if (targets.has(key)) known.set(headingKey(heading), key);
  const found = await context.tx
    .selectFrom('import_heading')
    .selectAll()
    .where('org_id', '=', context.orgId)
    .where('object', '=', target.key)
    .limit(5000)
    .execute();
  /** Empty: not to be imported. */
  const corrected = new Map(
    found.flatMap((row) => (row.target === '' || targets.has(row.target) ? [[row.heading, row.target]] : [])),
  );
  const knownOf = (heading: string): string | undefined => {
    const whole = known.get(headingKey(heading));
    if (whole) return whole;
    const parts = new Set(partsOf(heading).map((part) => known.get(headingKey(part))));
    return parts.size === 1 ? [...parts][0] : undefined;
  };
  const targetOf = (heading: string) => {
    const key = headingKey(heading);
    return (corrected.has(key) ? corrected.get(key) : knownOf(heading)) || undefined;
  };
  function mappingOf(list: Column[]): Record<string, string> {
    const marks = marksOf(list);
    const told = new Map(
      list.flatMap(({ index }) => {
        const learned = corrected.get(marks.get(index) ?? '');
        return learned === undefined ? [] : [[index, learned]];
      }),
    );
    const taken = new Set(told.values());
    const mapping: Record<string, string> = {};
    for (const { index, heading } of list) {
      const learned = told.get(index);
      const key = learned ?? targetOf(heading);
      if (!key || (learned === undefined && taken.has(key) && !several.has(key))) continue;
      taken.add(key);
      mapping[String(index)] = key;
    }
    return mapping;
  }
  return { targets, targetOf, mappingOf };
}

/** Remembers how a person mapped columns where that differs from what was proposed, so that the next sheet needs no correction. */
export async function rememberHeadings(
  context: Context,
  object: string,
  columns: Column[],
  { proposed, chosen }: { proposed: Record<string, string>; chosen: Record<string, string> },
): Promise<void> {
  for (const [index, heading] of marksOf(columns)) {
    const target = chosen[String(index)] ?? '';
    if (heading === '' || target === (proposed[String(index)] ?? '')) continue;
    await context.tx
      .insertInto('import_heading')
      .values({ org_id: context.orgId, object, heading, target })
      .onConflict((oc) => oc.columns(['org_id', 'object', 'heading']).doUpdateSet({ target }))
      .execute();
  }
}

import { operators } from './operator-names.ts';

/** What is wrong at one place of something meant as a condition. */
export interface ConditionFault {
  path: (string | number)[];
  code: string;
  params: Record<string, string>;
}

/** A place in a condition as people write it: `all[1].not.value`; nothing for its root. */
export const placeOf = (path: (string | number)[]): string =>
  path.map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`)).join('');

const groups = ['all', 'any', 'not'] as const;
const deepest = 60;
const widest = 100;

/**
 * The first mistake in the shape of a condition, by its place. The union of the shapes would only say that none of them
 * fits; who writes a filter by hand needs to know where.
 */
export function conditionFault(node: unknown, path: (string | number)[] = []): ConditionFault | undefined {
  const fault = (code: string, at: (string | number)[] = path, params: Record<string, string> = {}) => ({
    path: at,
    code,
    params: { place: placeOf(at) || '/', ...params },
  });
  if (path.length > deepest) return undefined;
  if (typeof node !== 'object' || node === null || Array.isArray(node)) return fault('condition.notNode');
  const keys = Object.keys(node);
  const group = groups.find((name) => keys.includes(name));
  const allowed: string[] = group ? [group] : ['field', 'op', 'value'];
  const strange = keys.find((key) => !allowed.includes(key));
  if (strange !== undefined && (group || keys.includes('field') || keys.includes('op')))
    return fault('condition.unknownKey', [...path, strange], { key: strange.slice(0, 50) });
  if (group === 'not') return conditionFault((node as { not: unknown }).not, [...path, 'not']);
  if (group) return listFault((node as Record<string, unknown>)[group], [...path, group]);
  const { field, op } = node as { field?: unknown; op?: unknown };
  if (field === undefined && op === undefined) return fault('condition.notNode');
  if (typeof field !== 'string' || field === '' || field.length > 100)
    return fault('condition.noField', [...path, 'field']);
  if (!operators.some((known) => known === op))
    return fault('condition.noOperator', [...path, 'op'], {
      operator: String(op ?? '').slice(0, 50),
      operators: operators.join(', '),
    });
  return undefined;

  function listFault(list: unknown, at: (string | number)[]): ConditionFault | undefined {
    if (!Array.isArray(list)) return fault('condition.notGroup', at);
    if (list.length > widest) return fault('condition.tooMany', at, { maximum: String(widest) });
    for (const [index, child] of list.entries()) {
      const found = conditionFault(child, [...at, index]);
      if (found) return found;
    }
    return undefined;
  }
}

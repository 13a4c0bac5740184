import { useQueries, useQuery } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { Condition } from '#shared/conditions.ts';
import type { FieldDefinition } from '#shared/fields.ts';
import { cellText } from '#shared/values/text.ts';
import { companyZone, listed } from '#ui/format.ts';
import { label } from '#ui/i18n.ts';
import { useLookups } from './lookups.tsx';

/** What a condition is said in. */
interface Wording {
  fields: Map<string, FieldDefinition>;
  /** Of the users and teams it names, by id. */
  names: Record<string, string>;
  t: TFunction;
  lang: string;
}

function operand(field: FieldDefinition, value: unknown, wording: Wording): string {
  const { names, t, lang } = wording;
  if (Array.isArray(value)) return listed(value.map((item) => operand(field, item, wording)));
  if (value === null || value === undefined) return '';
  if (typeof value === 'object' && 'unit' in value)
    return `${(value as { count?: number }).count ?? ''} ${t(`ui.units.${String((value as { unit: string }).unit)}`)}`;
  if (field.type === 'multichoice')
    return String(cellText({ ...field, type: 'choice' }, value, lang, {}, companyZone()));
  if (['choice', 'country', 'boolean', 'money'].includes(field.type))
    return String(cellText(field, value, lang, {}, companyZone()));
  return ['user', 'customer', 'contact'].includes(field.type) ? (names[String(value)] ?? '…') : String(value);
}

function words(node: Condition, wording: Wording): string {
  const { fields, t } = wording;
  if ('field' in node) {
    const field = fields.get(node.field);
    return field
      ? `${label(field.label)} ${t(`ui.operator.${node.op}`)} ${operand(field, node.value, wording)}`.trim()
      : node.field;
  }
  if ('not' in node) return `${t('ui.not')} (${words(node.not, wording)})`;
  const [list, joint] = 'all' in node ? [node.all, t('ui.and')] : [node.any, t('ui.or')];
  return list
    .map((child) => ('field' in child ? words(child, wording) : `(${words(child, wording)})`))
    .join(` ${joint} `);
}

/** Ids of the users and teams a condition names. */
function named(node: Condition, fields: Map<string, FieldDefinition>): { users: string[]; teams: string[] } {
  if ('field' in node) {
    const ids =
      fields.get(node.field)?.type === 'user' ? [node.value].flat().filter((id) => typeof id === 'string') : [];
    return node.op === 'inTeam' ? { users: [], teams: ids } : { users: ids, teams: [] };
  }
  const parts = ('not' in node ? [node.not] : 'all' in node ? node.all : node.any).map((part) => named(part, fields));
  return { users: parts.flatMap(({ users }) => users), teams: parts.flatMap(({ teams }) => teams) };
}

/** Users of one condition that are named; each is asked for by itself. */
const mostNames = 20;

/** A condition in one line of words. */
export function ConditionText(props: { condition: Condition; fields: FieldDefinition[] }) {
  const { t, i18n } = useTranslation();
  const lookups = useLookups();
  const fields = new Map(props.fields.map((field) => [field.key, field]));
  const { users: repeated, teams } = named(props.condition, fields);
  const users = [...new Set(repeated)].slice(0, mostNames);
  const userNames = useQueries({
    queries: users.map((id) => ({
      queryKey: ['lookup', 'name', id],
      queryFn: () => lookups.nameOfUser(id),
    })),
  });
  const teamNames = useQuery({
    queryKey: ['lookup', 'team'],
    queryFn: () => lookups.team(),
    enabled: teams.length > 0,
  });
  const names = Object.fromEntries([
    ...users.flatMap((id, place) => (userNames[place]?.data ? [[id, userNames[place].data]] : [])),
    ...(teamNames.data ?? []).map(({ id, name }) => [id, name]),
  ]);
  return <>{words(props.condition, { fields, names, t, lang: i18n.language })}</>;
}

import { useQuery } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { Condition } from '#shared/conditions.ts';
import type { Division } from '#shared/divisions.ts';
import type { FieldDefinition } from '#shared/fields.ts';
import { cellText } from '#shared/values/text.ts';
import { companyZone, listed } from '#ui/format.ts';
import { label } from '#ui/i18n.ts';
import { type LinkKind, useLookups } from './lookups.tsx';
import { regionName, useRegions } from './regions.ts';

/** What a condition is said in. */
interface Wording {
  fields: Map<string, FieldDefinition>;
  /** Of the records and teams it names, by id; undefined until they are there. */
  names: Record<string, string> | undefined;
  /** Administrative divisions, once they are there. */
  regions: Division[] | undefined;
  t: TFunction;
  lang: string;
}

function operand(field: FieldDefinition, value: unknown, wording: Wording): string {
  const { names, regions, t, lang } = wording;
  if (Array.isArray(value)) return listed(value.map((item) => operand(field, item, wording)));
  if (value === null || value === undefined) return '';
  if (typeof value === 'object' && 'unit' in value)
    return `${(value as { count?: number }).count ?? ''} ${t(`ui.units.${String((value as { unit: string }).unit)}`)}`;
  if (field.type === 'multichoice')
    return String(cellText({ ...field, type: 'choice' }, value, lang, {}, companyZone()));
  if (['choice', 'country', 'boolean', 'money'].includes(field.type))
    return String(cellText(field, value, lang, {}, companyZone()));
  if (field.type === 'region') return regionName(regions, String(value));
  if (!isLink(field.type)) return String(value);
  return names ? (names[String(value)] ?? t('ui.notShown')) : '…';
}

const linkKinds: LinkKind[] = ['user', 'customer', 'contact'];
const isLink = (type: string): type is LinkKind => (linkKinds as string[]).includes(type);

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

type Named = Record<LinkKind | 'team', string[]>;

/** Ids of the records and teams a condition names, by kind. */
function named(node: Condition, fields: Map<string, FieldDefinition>): Named {
  const found: Named = { user: [], customer: [], contact: [], team: [] };
  if (!('field' in node)) {
    for (const part of 'not' in node ? [node.not] : 'all' in node ? node.all : node.any)
      for (const [kind, ids] of Object.entries(named(part, fields))) found[kind as keyof Named].push(...ids);
    return found;
  }
  const type = fields.get(node.field)?.type ?? '';
  if (isLink(type))
    found[node.op === 'inTeam' ? 'team' : type] = [node.value].flat().filter((id) => typeof id === 'string');
  return found;
}

function namesRegion(node: Condition, fields: Map<string, FieldDefinition>): boolean {
  if ('field' in node) return fields.get(node.field)?.type === 'region';
  return ('not' in node ? [node.not] : 'all' in node ? node.all : node.any).some((part) => namesRegion(part, fields));
}

/** Records of a kind that are named in one condition. */
const mostNames = 50;

/** A condition in one line of words. */
export function ConditionText(props: { condition: Condition; fields: FieldDefinition[] }) {
  const { t, i18n } = useTranslation();
  const lookups = useLookups();
  const fields = new Map(props.fields.map((field) => [field.key, field]));
  const { team: teams, ...records } = named(props.condition, fields);
  const wanted = Object.fromEntries(
    linkKinds.map((kind) => [kind, [...new Set(records[kind])].sort().slice(0, mostNames)]),
  );
  const none = Object.values(wanted).every((ids) => ids.length === 0);
  const recordNames = useQuery({
    queryKey: ['lookup', 'names', wanted],
    queryFn: () => lookups.names(wanted),
    enabled: !none,
  });
  const teamNames = useQuery({
    queryKey: ['lookup', 'team'],
    queryFn: () => lookups.team(),
    enabled: teams.length > 0,
  });
  const regions = useRegions(namesRegion(props.condition, fields));
  const read = (none || recordNames.isFetched) && (teams.length === 0 || teamNames.isFetched);
  const names = read
    ? { ...recordNames.data, ...Object.fromEntries((teamNames.data ?? []).map(({ id, name }) => [id, name])) }
    : undefined;
  return <>{words(props.condition, { fields, names, regions: regions.data, t, lang: i18n.language })}</>;
}

import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { Condition } from '#shared/conditions.ts';
import type { FieldDefinition } from '#shared/fields.ts';
import { cellText } from '#shared/values/text.ts';
import { companyZone, listed } from '#ui/format.ts';
import { label } from '#ui/i18n.ts';

function operand(field: FieldDefinition, value: unknown, t: TFunction, lang: string): string {
  if (Array.isArray(value)) return listed(value.map((item) => operand(field, item, t, lang)));
  if (value === null || value === undefined) return '';
  if (typeof value === 'object' && 'unit' in value)
    return `${(value as { count?: number }).count ?? ''} ${t(`ui.units.${String((value as { unit: string }).unit)}`)}`;
  if (field.type === 'multichoice')
    return String(cellText({ ...field, type: 'choice' }, value, lang, {}, companyZone()));
  if (['choice', 'country', 'boolean', 'money'].includes(field.type))
    return String(cellText(field, value, lang, {}, companyZone()));
  return ['user', 'customer', 'contact'].includes(field.type) ? '…' : String(value);
}

function words(node: Condition, fields: Map<string, FieldDefinition>, t: TFunction, lang: string): string {
  if ('field' in node) {
    const field = fields.get(node.field);
    return field
      ? `${label(field.label)} ${t(`ui.operator.${node.op}`)} ${operand(field, node.value, t, lang)}`.trim()
      : node.field;
  }
  if ('not' in node) return `${t('ui.not')} (${words(node.not, fields, t, lang)})`;
  const [list, joint] = 'all' in node ? [node.all, t('ui.and')] : [node.any, t('ui.or')];
  return list
    .map((child) => ('field' in child ? words(child, fields, t, lang) : `(${words(child, fields, t, lang)})`))
    .join(` ${joint} `);
}

/** A condition in one line of words. */
export function ConditionText({ condition, fields }: { condition: Condition; fields: FieldDefinition[] }) {
  const { t, i18n } = useTranslation();
  return <>{words(condition, new Map(fields.map((field) => [field.key, field])), t, i18n.language)}</>;
}

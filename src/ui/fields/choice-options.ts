import type { FieldDefinition } from '#shared/fields.ts';
import { countryCodes, countryName } from '#shared/reference/countries.ts';
import { industries } from '#shared/reference/industries.ts';

/** What can be chosen in a field, in the language shown; options taken out of use only where they are chosen already. */
export function choiceOptions(field: FieldDefinition, lang: string, chosen?: unknown) {
  if (field.type === 'country')
    return countryCodes.map((code) => ({ value: code, label: `${countryName(code, lang)} ${code}` }));
  const list =
    field.rules.reference === 'industry'
      ? industries
      : field.options.filter((option) => !option.hidden || [chosen].flat().includes(option.key));
  return list.map((option) => ({ value: option.key, label: lang === 'en-US' ? option.en : option.zh }));
}

const begins = (option: { label?: unknown }, typed: string) =>
  String(option.label).toLowerCase().startsWith(typed.trim().toLowerCase());

/** Looking for an option by its label. What begins with what was typed comes first: 俄罗斯 stands in 白俄罗斯 too. */
export const byLabel = {
  optionFilterProp: 'label',
  filterSort: (a: { label?: unknown }, b: { label?: unknown }, { searchValue }: { searchValue: string }) =>
    Number(begins(b, searchValue)) - Number(begins(a, searchValue)),
};

import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useDictionary } from '#modules/fields/web/index.tsx';
import type { Condition } from '#shared/conditions.ts';
import { formatNumber } from '#ui/format.ts';
import { label } from '#ui/i18n.ts';
import './segments.css';

// Names of the palette that are no colours of CSS.
const cssColors: Record<string, string> = { geekblue: 'royalblue', volcano: 'orangered', default: 'transparent' };

/** A name with its colour as a dot: coloured letters would be hard to read. */
export function ColorName({ color, children }: { color: string | null; children: ReactNode }) {
  return (
    <span className="nowrap">
      {color ? <span aria-hidden className="color-dot" style={{ background: cssColors[color] ?? color }} /> : null}
      {children}
    </span>
  );
}

/** The condition "has this class". */
export const hasClass = (dimension: string, value: string | null): Condition =>
  value === null ? { field: dimension, op: 'empty' } : { field: dimension, op: 'eq', value };

/** Names of classes and their values, as the dictionary has them. */
export function useClassNames() {
  const { t } = useTranslation();
  const dictionary = useDictionary('customer');
  const fieldName = (key: string) => dictionary?.nameOf(key) ?? key;
  const valueName = (key: string, value: string | null) => {
    if (value === null) return t('segments.none');
    if (key === 'kind') return t(`ui.kind.${value}`);
    const option = dictionary?.byKey.get(key)?.options.find((item) => item.key === value);
    return option ? label(option) : value;
  };
  const optionsOf = (key: string) =>
    (dictionary?.byKey.get(key)?.options ?? [])
      .filter((option) => !option.hidden)
      .map((option) => ({ value: option.key, label: label(option) }));
  return { dictionary, fieldName, valueName, optionsOf };
}

export const percent = (part: number, whole: number): string =>
  whole > 0 ? `${((100 * part) / whole).toFixed(1)} %` : '—';

/** A sum of purchases; a dash for who may not read it. */
export const amountText = (amount: number | null): string => (amount === null ? '—' : formatNumber(Math.round(amount)));

import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { useDictionary } from '#modules/fields/web/index.tsx';
import { formatNumber, formatTime, listed } from '#ui/format.ts';
import { label } from '#ui/i18n.ts';
import type { ApprovalView, Difference } from '../contract.ts';
import type { SnapshotField } from '../flow-shapes.ts';

const stateColors = {
  open: 'blue',
  returned: 'warning',
  approved: 'success',
  refused: 'error',
  withdrawn: 'default',
} as const;

export function StateTag({ state }: { state: ApprovalView['state'] }) {
  const { t } = useTranslation();
  return <Tag color={stateColors[state]}>{t(`approvals.states.${state}`)}</Tag>;
}

/** Name of a kind of request, from the module that asks. */
export function useKindName(): (kind: string) => string {
  const { t } = useTranslation();
  return (kind) => t(`approvals.kinds.${kind}`, { defaultValue: kind });
}

/** A step's name; the default single step has none of its own. */
export function useStepName(): (name: string) => string {
  const { t } = useTranslation();
  return (name) => name || t('approvals.defaultStep');
}

/** Names and values of snapshot fields as people read them. */
export function useSnapshotText(fields: SnapshotField[]) {
  const { t } = useTranslation();
  const byKey = new Map(fields.map((field) => [field.key, field]));
  const dictionary = useDictionary('customer');
  const fieldName = (key: string) => {
    const known = dictionary?.byKey.get(key);
    return known ? label(known.label) : key;
  };
  const name = (key: string) => {
    const field = byKey.get(key);
    return field ? label(field.label) : t(`approvals.snapshot.${key}`, { defaultValue: key });
  };
  const text = (key: string, value: unknown): string => {
    if (value === null || value === undefined || value === '') return '—';
    const option = byKey.get(key)?.options?.find((item) => item.value === value);
    if (option) return label(option.label);
    if (byKey.get(key)?.type === 'fieldKeys') return listed([value].flat().map(String).map(fieldName));
    if (typeof value === 'number') return formatNumber(value);
    if (typeof value === 'boolean') return t(value ? 'approvals.yes' : 'approvals.no');
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return listed(value);
    if (typeof value === 'object') return JSON.stringify(value);
    return /^\d{4}-\d{2}-\d{2}T/.test(String(value)) ? formatTime(String(value)) : String(value);
  };
  return { name, text };
}

export function SnapshotFacts({ item }: { item: ApprovalView }) {
  const { name, text } = useSnapshotText(item.fields);
  const place = (key: string) => {
    const index = item.fields.findIndex((field) => field.key === key);
    return index < 0 ? item.fields.length : index;
  };
  const entries = Object.entries(item.snapshot).sort(([a], [b]) => place(a) - place(b));
  return (
    <dl className="facts">
      {entries
        .filter(([, value]) => value !== null)
        .map(([key, value]) => (
          <div key={key}>
            <dt>{name(key)}</dt>
            <dd>{text(key, value)}</dd>
          </div>
        ))}
    </dl>
  );
}

/** What changed, the old value struck out. */
export function DifferenceList({ items, fields }: { items: Difference[]; fields: SnapshotField[] }) {
  const { name, text } = useSnapshotText(fields);
  return (
    <ul className="changes">
      {items.map((item) => (
        <li key={item.key}>
          <span className="muted">{name(item.key)}</span> <span className="diff-from">{text(item.key, item.from)}</span>{' '}
          → {text(item.key, item.to)}
        </li>
      ))}
    </ul>
  );
}

import { Modal, Radio } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FieldDefinition } from '#shared/fields.ts';
import { isListed, keepBoth } from '#shared/values/keep-both.ts';
import { label } from '#ui/i18n.ts';
import { ScrollRegion } from '../scroll-region.tsx';
import { FieldValue } from './field-value.tsx';

export interface Conflict {
  /** Values the user started from, those saved meanwhile by somebody else, and the user's own. */
  base: Record<string, unknown>;
  theirs: Record<string, unknown>;
  mine: Record<string, unknown>;
  labels: Record<string, string>;
  by?: string;
  /** Said instead of the usual words, when the record itself became another. */
  notice?: string;
}

/** Somebody else saved first: the three values of each field side by side, and a choice for each. */
export function ConflictDialog({
  conflict,
  fields,
  onResolve,
  onCancel,
}: {
  conflict: Conflict;
  fields: FieldDefinition[];
  onResolve(mine: Record<string, unknown>): void;
  onCancel(): void;
}) {
  const { t } = useTranslation();
  const keys = Object.keys(conflict.mine);
  const byKey = new Map(fields.map((field) => [field.key, field]));
  const listed = (key: string) => isListed(byKey.get(key)?.type);
  // Of a list nobody's entries are lost unless the user says so.
  const [choice, setChoice] = useState<Record<string, 'mine' | 'theirs' | 'both'>>(() =>
    Object.fromEntries(keys.map((key) => [key, listed(key) ? 'both' : 'mine'])),
  );
  const both = (key: string) => keepBoth(conflict.base[key], conflict.theirs[key], conflict.mine[key]);
  return (
    <Modal
      open
      width={820}
      title={t('ui.conflict.title')}
      okText={t('ui.conflict.save')}
      cancelText={t('ui.cancel')}
      onCancel={onCancel}
      onOk={() =>
        onResolve(
          Object.fromEntries(
            keys
              .filter((key) => choice[key] !== 'theirs')
              .map((key) => [key, choice[key] === 'both' ? both(key) : conflict.mine[key]]),
          ),
        )
      }
    >
      <p>{conflict.notice ?? t('ui.conflict.text')}</p>
      <ScrollRegion name={t('ui.conflict.title')}>
        <table className="plain sides">
          <thead>
            <tr>
              <th scope="col">{t('ui.field')}</th>
              <th scope="col">{t('ui.conflict.base')}</th>
              <th scope="col">{t('ui.conflict.theirs')}</th>
              <th scope="col">{t('ui.conflict.mine')}</th>
              <th scope="col">{t('ui.conflict.keep')}</th>
            </tr>
          </thead>
          <tbody>
            {keys.map((key) => {
              const field = byKey.get(key);
              if (!field) return null;
              return (
                <tr key={key}>
                  <th scope="row">{label(field.label)}</th>
                  {(['base', 'theirs', 'mine'] as const).map((side) => (
                    <td key={side} data-label={t(`ui.conflict.${side}`)}>
                      <Shown field={field} value={conflict[side][key]} labels={conflict.labels} />
                    </td>
                  ))}
                  <td data-label={t('ui.conflict.keep')}>
                    <Radio.Group
                      aria-label={label(field.label)}
                      value={choice[key]}
                      onChange={(event) => setChoice({ ...choice, [key]: event.target.value })}
                      options={[
                        { value: 'theirs', label: t('ui.conflict.theirs') },
                        { value: 'mine', label: t('ui.conflict.mine') },
                        ...(listed(key) ? [{ value: 'both', label: t('ui.conflict.both') }] : []),
                      ]}
                    />
                    {choice[key] === 'both' ? (
                      <div className="kept">
                        <Shown field={field} value={both(key)} labels={conflict.labels} />
                      </div>
                    ) : null}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </ScrollRegion>
    </Modal>
  );
}

/** What was typed is not yet in the stored shape; then it is shown as typed. */
function Shown({ field, value, labels }: { field: FieldDefinition; value: unknown; labels: Record<string, string> }) {
  if (typeof value === 'string' && ['money', 'lunarDate'].includes(field.type)) return <>{value}</>;
  if (
    Array.isArray(value) &&
    value.some((item) => item?.valid === undefined) &&
    ['phones', 'emails', 'urls'].includes(field.type)
  ) {
    return <FieldValue field={field} value={value.map((item) => ({ valid: true, ...item }))} labels={labels} />;
  }
  return <FieldValue field={field} value={value} labels={labels} />;
}

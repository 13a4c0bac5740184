import { App, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Problem } from '#shared/errors.ts';
import type { FieldDefinition, Provenance, ValueSource } from '#shared/fields.ts';
import { label } from '#ui/i18n.ts';
import type { Conflict } from './conflict-dialog.tsx';

/** What every record with dictionary fields answers with: its values, the names behind ids, and the version a change builds on. */
export interface FieldRecord {
  id: string;
  version: number;
  values: Record<string, unknown>;
  labels: Record<string, string>;
  provenance: Record<string, Provenance>;
}

interface Change {
  values: Record<string, unknown>;
  sources: Record<string, { source: ValueSource }>;
}

export type SaveRecord<R> = (
  values: Record<string, unknown>,
  source: ValueSource | undefined,
  base?: R,
) => Promise<void>;

interface OpenConflict extends Conflict {
  resolve(mine: Record<string, unknown>): void;
  reject(): void;
}

const same = (a: unknown, b: unknown) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

/**
 * Saves values of a record. If somebody else saved first and touched the same field, `conflict` holds the three sides until the
 * user chooses; if they touched other fields, the save simply goes on. If the record was merged into another meanwhile, the choice
 * is shown beside that one and saved there.
 */
export function useRecord<R extends FieldRecord>(
  record: R | undefined,
  send: (base: FieldRecord, change: Change) => Promise<R>,
  accept: (next: R) => void,
): { save: SaveRecord<R>; conflict: OpenConflict | null } {
  const [conflict, setConflict] = useState<OpenConflict | null>(null);
  const save: SaveRecord<R> = async (values, source, base = record) => {
    if (!base) return;
    const sources = source ? Object.fromEntries(Object.keys(values).map((key) => [key, { source }])) : {};
    try {
      accept(await send(base, { values, sources }));
    } catch (problem) {
      if (!(problem instanceof Problem) || problem.status !== 412) throw problem;
      const current = (problem.data as { current?: R } | undefined)?.current;
      if (!current) throw problem;
      const merged = current.id !== base.id;
      if (!merged && Object.keys(values).every((key) => same(current.values[key], base.values[key])))
        return save(values, source, current);
      const mine = await new Promise<Record<string, unknown> | null>((resolve) => {
        setConflict({
          base: base.values,
          theirs: current.values,
          mine: values,
          ...(merged ? { notice: problem.message } : {}),
          labels: { ...base.labels, ...current.labels },
          resolve,
          reject: () => resolve(null),
        });
      });
      setConflict(null);
      if (mine === null) throw problem;
      if (Object.keys(mine).length === 0) return accept(current);
      return save(mine, source, current);
    }
  };
  return { save, conflict };
}

/** Saves one field and offers to undo it for some seconds. */
export function useSaveField<R extends FieldRecord>(record: R, save: SaveRecord<R>, latest: () => Promise<R>) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  // Undo is a change of its own, from the record as it is then; it carries the source the value had.
  const undo = async (key: string, before: unknown, source: ValueSource | undefined) => {
    try {
      await save({ [key]: before }, source ?? 'system', await latest());
    } catch (problem) {
      void message.error(problem instanceof Error ? problem.message : String(problem));
    }
  };
  return async (field: FieldDefinition, value: unknown, source: ValueSource | undefined): Promise<void> => {
    const before = record.values[field.key] ?? null;
    await save({ [field.key]: value }, source);
    const key = `undo-${field.key}`;
    void message.success({
      key,
      duration: 6,
      content: (
        <span>
          {t('ui.savedField', { name: label(field.label) })}{' '}
          <Button
            size="small"
            type="link"
            onClick={() => {
              message.destroy(key);
              void undo(field.key, before, record.provenance[field.key]?.source);
            }}
          >
            {t('ui.undo')}
          </Button>
        </span>
      ),
    });
  };
}

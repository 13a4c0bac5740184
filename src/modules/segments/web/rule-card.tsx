import { DeleteOutlined } from '@ant-design/icons';
import { Button, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { useDictionary } from '#modules/fields/web/index.tsx';
import type { Condition } from '#shared/conditions.ts';
import { operatorsFor } from '#shared/operators.ts';
import { ConditionBuilder } from '#ui/fields/condition-builder.tsx';
import type { RulesConfig } from '../schemes-contract.ts';
import { LiveCount } from './live-count.tsx';

type Rule = RulesConfig['rules'][number];
interface Option {
  value: string;
  label: string;
}

interface RuleCardProps {
  rule: Rule;
  index: number;
  count: number;
  method: RulesConfig['method'];
  values: Option[];
  errors: Record<string, string>;
  editable: boolean;
  onChange(rule: Rule | null): void;
  /** Whether a row of its condition still waits for its value. */
  onUnfinished(waits: boolean): void;
  onMove(by: number): void;
}

const leaves = (node: Condition): number =>
  'field' in node
    ? 1
    : 'not' in node
      ? leaves(node.not)
      : ('all' in node ? node.all : node.any).reduce((sum, child) => sum + leaves(child), 0);

/** One rule: its name, its condition with how many it has, and what it gives. */
export function RuleCard({
  rule,
  index,
  count,
  method,
  values,
  errors,
  editable,
  onChange,
  onUnfinished,
  onMove,
}: RuleCardProps) {
  const { t } = useTranslation();
  const dictionary = useDictionary('customer');
  const fields = (dictionary?.fields ?? []).filter(
    (field) => field.filterable && field.type !== 'user' && operatorsFor(field.type).length > 0,
  );
  const path = `config.rules.${index}`;
  const wrong = ['condition', 'target', 'points', 'id', 'name'].flatMap((key) => errors[`${path}.${key}`] ?? []);
  return (
    <fieldset className="condition rule" disabled={!editable}>
      <legend className="visually-hidden">{rule.name}</legend>
      <div className="condition-leaf">
        <strong>{index + 1}</strong>
        <Input
          className="condition-field"
          aria-label={t('segments.ruleNameOf', { n: index + 1 })}
          maxLength={100}
          value={rule.name}
          onChange={(event) => onChange({ ...rule, name: event.target.value })}
        />
        {method === 'order' ? (
          <>
            <span>{t('segments.gives')}</span>
            <Select
              aria-label={t('segments.givesOf', { name: rule.name })}
              className="condition-field"
              disabled={!editable}
              value={rule.target}
              options={values}
              onChange={(target: string) => onChange({ ...rule, target })}
            />
          </>
        ) : (
          <>
            <span>{t('segments.adds')}</span>
            <Input
              type="number"
              className="condition-count"
              aria-label={t('segments.pointsOf', { name: rule.name })}
              value={rule.points ?? ''}
              onChange={(event) =>
                onChange({ ...rule, points: event.target.value === '' ? undefined : Number(event.target.value) })
              }
            />
            <span>{t('segments.points')}</span>
          </>
        )}
        <span className="grow" />
        {editable ? (
          <span className="nowrap">
            <Button
              size="small"
              type="text"
              disabled={index === 0}
              aria-label={t('ui.moveUp', { name: rule.name })}
              onClick={() => onMove(-1)}
            >
              ↑
            </Button>
            <Button
              size="small"
              type="text"
              disabled={index === count - 1}
              aria-label={t('ui.moveDown', { name: rule.name })}
              onClick={() => onMove(1)}
            >
              ↓
            </Button>
            <Button
              size="small"
              type="text"
              icon={<DeleteOutlined aria-hidden />}
              aria-label={t('ui.remove', { name: rule.name })}
              onClick={() => onChange(null)}
            />
          </span>
        ) : null}
      </div>
      <ConditionBuilder
        fields={fields}
        value={rule.condition}
        onChange={(condition, unfinished) => {
          onChange({ ...rule, condition: condition ?? { all: [] } });
          onUnfinished(unfinished);
        }}
      />
      {leaves(rule.condition) > 0 ? <LiveCount condition={rule.condition} /> : null}
      {wrong.map((text) => (
        <div className="form-error" role="alert" key={text}>
          {text}
        </div>
      ))}
    </fieldset>
  );
}

/** From how many points on a customer gets what; highest first. */
export function CutoffsInput({
  values,
  cutoffs,
  editable,
  error,
  onChange,
}: {
  values: Option[];
  cutoffs: RulesConfig['cutoffs'];
  editable: boolean;
  error?: string;
  onChange(cutoffs: RulesConfig['cutoffs']): void;
}) {
  const { t } = useTranslation();
  return (
    <fieldset className="condition" disabled={!editable}>
      <legend>{t('segments.pointCutoffs')}</legend>
      {values.map((option) => {
        const present = cutoffs.find((cutoff) => cutoff.target === option.value);
        return (
          <div className="condition-leaf" key={option.value}>
            <label htmlFor={`cutoff-${option.value}`} className="condition-field">
              {t('segments.atLeast', { name: option.label })}
            </label>
            <Input
              id={`cutoff-${option.value}`}
              type="number"
              className="condition-count"
              value={present?.atLeast ?? ''}
              onChange={(event) => {
                const rest = cutoffs.filter((cutoff) => cutoff.target !== option.value);
                const next =
                  event.target.value === ''
                    ? rest
                    : [...rest, { target: option.value, atLeast: Math.round(Number(event.target.value)) }];
                onChange(values.flatMap((item) => next.find((cutoff) => cutoff.target === item.value) ?? []));
              }}
            />
          </div>
        );
      })}
      {error ? (
        <div className="form-error" role="alert">
          {error}
        </div>
      ) : null}
    </fieldset>
  );
}

import { DeleteOutlined } from '@ant-design/icons';
import { Button, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { useDictionary } from '#modules/fields/web/index.tsx';
import type { Condition } from '#shared/conditions.ts';
import { ConditionBuilder, useCondition } from '#ui/fields/condition-builder.tsx';
import { Refusal } from '#ui/fields/form-field.tsx';
import type { RulesConfig } from '../schemes-contract.ts';
import { LiveCount } from './live-count.tsx';

/** What the server may find wrong with a rule. */
export const ruleParts = ['name', 'id', 'target', 'points', 'condition'] as const;

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
  errors: Partial<Record<string, string>>;
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
  const fields = (dictionary?.fields ?? []).filter((field) => field.type !== 'user');
  const condition = useCondition(rule.condition, (value, unfinished) => {
    onChange({ ...rule, condition: value ?? { all: [] } });
    onUnfinished(unfinished);
  });
  const id = `rule-${index}`;
  const error = (part: (typeof ruleParts)[number]) => errors[`config.rules.${index}.${part}`];
  return (
    <fieldset className="condition rule" disabled={!editable}>
      <legend className="visually-hidden">{rule.name}</legend>
      <div className="condition-leaf">
        <strong>{index + 1}</strong>
        <Input
          id={`${id}-name`}
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
              id={`${id}-target`}
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
              id={`${id}-points`}
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
      <Refusal id={`${id}-name`} error={error('name') ?? error('id')} />
      <Refusal id={`${id}-target`} error={error('target')} />
      <Refusal id={`${id}-points`} error={error('points')} />
      <ConditionBuilder id={`${id}-condition`} fields={fields} condition={condition} error={error('condition')} />
      {leaves(rule.condition) > 0 ? <LiveCount condition={rule.condition} /> : null}
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
    <fieldset className="condition" id="rule-cutoffs" disabled={!editable}>
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
      <Refusal id="rule-cutoffs" error={error} />
    </fieldset>
  );
}

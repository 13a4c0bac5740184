import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Select } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Condition, Operator } from '#shared/conditions.ts';
import type { FieldDefinition } from '#shared/fields.ts';
import { operatorsFor } from '#shared/operators.ts';
import { label } from '#ui/i18n.ts';
import {
  complete,
  conditionOf,
  type GroupNode,
  type LeafNode,
  newGroup,
  newLeaf,
  replaceNode,
  treeOf,
  unfinished,
} from './condition-tree.ts';
import { Refusal } from './form-field.tsx';
import { OperandInput } from './operand-input.tsx';

/** A condition being written. What still waits for its value is no part of `value`; who saves waits for the end of it, lest it mean more than was written. */
export function useCondition(
  start?: Condition | null,
  told?: (value: Condition | undefined, unfinished: boolean) => void,
) {
  const [tree, setTree] = useState(() => treeOf(start ?? undefined));
  const value = useMemo(() => conditionOf(tree), [tree]);
  const put = (next: GroupNode) => {
    setTree(next);
    told?.(conditionOf(next), unfinished(next));
  };
  return { value, unfinished: unfinished(tree), tree, put };
}
export type WrittenCondition = ReturnType<typeof useCondition>;

/** Builds a condition over the dictionary fields that can be asked for: groups of all / any / none, as deep as needed. */
export function ConditionBuilder({
  id,
  fields,
  condition: { tree, put },
  error,
}: {
  id: string;
  fields: FieldDefinition[];
  condition: WrittenCondition;
  error?: string;
}) {
  const usable = fields.filter((field) => field.filterable && operatorsFor(field.type).length > 0);
  return (
    <div id={id}>
      <Group group={tree} fields={usable} depth={1} onReplace={(node, next) => put(replaceNode(tree, node, next))} />
      <Refusal id={id} error={error} />
    </div>
  );
}

interface GroupProps {
  group: GroupNode;
  fields: FieldDefinition[];
  depth: number;
  onReplace(id: number, node: GroupNode | LeafNode | null): void;
}

function Group({ group, fields, depth, onReplace }: GroupProps) {
  const { t } = useTranslation();
  const first = fields[0];
  const add = (node: GroupNode | LeafNode) => onReplace(group.id, { ...group, children: [...group.children, node] });
  const leaf = () => (first ? newLeaf({ field: first.key, op: operatorsFor(first.type)[0] ?? 'notEmpty' }) : undefined);
  return (
    <fieldset className="condition" aria-label={t(`ui.group.${group.mode}`)}>
      <div className="condition-leaf">
        <Select
          aria-label={t('ui.groupMode')}
          value={group.mode}
          options={(['all', 'any', 'none'] as const).map((mode) => ({ value: mode, label: t(`ui.group.${mode}`) }))}
          onChange={(mode) => onReplace(group.id, { ...group, mode })}
          popupMatchSelectWidth={false}
        />
        <Button
          size="small"
          icon={<PlusOutlined aria-hidden />}
          onClick={() => {
            const node = leaf();
            if (node) add(node);
          }}
        >
          {t('ui.addCondition')}
        </Button>
        {depth < 4 ? (
          <Button
            size="small"
            onClick={() => {
              const node = leaf();
              add(newGroup('any', node ? [node] : []));
            }}
          >
            {t('ui.addGroup')}
          </Button>
        ) : null}
        {depth > 1 ? (
          <Button
            size="small"
            type="text"
            icon={<DeleteOutlined aria-hidden />}
            aria-label={t('ui.removeGroup')}
            onClick={() => onReplace(group.id, null)}
          />
        ) : null}
      </div>
      {group.children.map((child) =>
        'mode' in child ? (
          <Group key={child.id} group={child} fields={fields} depth={depth + 1} onReplace={onReplace} />
        ) : (
          <LeafRow key={child.id} leaf={child} fields={fields} onReplace={onReplace} />
        ),
      )}
    </fieldset>
  );
}

function LeafRow({
  leaf,
  fields,
  onReplace,
}: {
  leaf: LeafNode;
  fields: FieldDefinition[];
  onReplace(id: number, node: LeafNode | null): void;
}) {
  const { t } = useTranslation();
  const field = fields.find((item) => item.key === leaf.field);
  const ops = field ? operatorsFor(field.type) : [];
  return (
    <div className="condition-leaf">
      <Select
        aria-label={t('ui.field')}
        className="condition-field"
        showSearch={{ optionFilterProp: 'label' }}
        value={leaf.field}
        options={fields.map((item) => ({ value: item.key, label: label(item.label) }))}
        onChange={(key) => {
          const next = fields.find((item) => item.key === key);
          if (next) onReplace(leaf.id, { id: leaf.id, field: key, op: operatorsFor(next.type)[0] ?? 'notEmpty' });
        }}
      />
      <Select
        aria-label={t('ui.operatorLabel')}
        popupMatchSelectWidth={false}
        value={leaf.op}
        options={ops.map((op) => ({ value: op, label: t(`ui.operator.${op}`) }))}
        onChange={(op: Operator) => onReplace(leaf.id, { id: leaf.id, field: leaf.field, op })}
      />
      {field ? (
        <OperandInput
          key={`${leaf.field}-${leaf.op}`}
          field={field}
          op={leaf.op}
          value={leaf.value}
          onChange={(value) => onReplace(leaf.id, { ...leaf, value })}
        />
      ) : null}
      <Button
        type="text"
        icon={<DeleteOutlined aria-hidden />}
        aria-label={t('ui.removeCondition')}
        onClick={() => onReplace(leaf.id, null)}
      />
      {complete(leaf) ? null : (
        <span className="muted small" role="status">
          {t('ui.noValueYet')}
        </span>
      )}
    </div>
  );
}

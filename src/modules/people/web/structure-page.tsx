import { DeleteOutlined, EditOutlined, EnvironmentOutlined, PlusOutlined } from '@ant-design/icons';
import { App, Button, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEndpoint, useSend } from '#ui/api.ts';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { EmptyState, Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { PageTabs } from '#ui/page-tabs.tsx';
import { useCan } from '#ui/session.tsx';
import { listRegionAreas, regions, type TreeNode, teams } from '../contract.ts';
import { RegionAreasDialog } from './region-areas.tsx';

export default function StructurePage() {
  const { t } = useTranslation();
  return (
    <Page title={t('people.structure.title')}>
      <PageTabs
        items={[
          {
            key: 'teams',
            label: t('people.structure.teams'),
            children: <TreePanel key="teams" tree={teams} what="team" />,
          },
          {
            key: 'regions',
            label: t('people.structure.regions'),
            children: <TreePanel key="regions" tree={regions as unknown as typeof teams} what="region" />,
          },
        ]}
      />
    </Page>
  );
}

interface Editing {
  node?: TreeNode;
  parentId: string | null;
}

function TreePanel({ tree, what }: { tree: typeof teams; what: 'team' | 'region' }) {
  const { t } = useTranslation();
  const can = useCan();
  const { modal, message } = App.useApp();
  const { data, error } = useEndpoint(tree.list);
  const remove = useSend(tree.remove, [tree.list.path]);
  const [editing, setEditing] = useState<Editing | null>(null);
  const areas = useEndpoint(listRegionAreas, {}, { enabled: what === 'region' });
  const [placing, setPlacing] = useState<TreeNode | null>(null);
  const areasOf = (id: string) => areas.data?.items.find((item) => item.id === id);
  const place = placing ? areasOf(placing.id) : undefined;
  if (!data) return error ? <ProblemAlert problem={error} /> : <Loading />;
  const manage = can('user:manage');
  const rows = (parentId: string | null, depth: number): { node: TreeNode; depth: number }[] =>
    data.items
      .filter((node) => node.parentId === parentId)
      .flatMap((node) => [{ node, depth }, ...rows(node.id, depth + 1)]);
  return (
    <div className="panel">
      {manage ? (
        <Button icon={<PlusOutlined aria-hidden />} onClick={() => setEditing({ parentId: null })}>
          {t(`people.structure.add.${what}`)}
        </Button>
      ) : null}
      {data.items.length === 0 ? <EmptyState text={t(`people.structure.none.${what}`)} /> : null}
      <ul className="cards">
        {rows(null, 0).map(({ node, depth }) => (
          <li key={node.id} className="list-row" style={{ paddingInlineStart: depth * 24 + 4 }}>
            <span className="grow">
              {node.name} <span className="muted small">{t('people.structure.users', { n: node.users })}</span>
              {(areasOf(node.id)?.areas.length ?? 0) > 0 ? (
                <span className="muted small">
                  {' '}
                  · {t('people.structure.areaCount', { n: areasOf(node.id)?.areas.length ?? 0 })}
                </span>
              ) : null}
            </span>
            {manage ? (
              <>
                {areasOf(node.id) ? (
                  <Button
                    size="small"
                    type="text"
                    icon={<EnvironmentOutlined aria-hidden />}
                    aria-label={t('people.structure.areasOf', { name: node.name })}
                    onClick={() => setPlacing(node)}
                  />
                ) : null}
                <Button
                  size="small"
                  type="text"
                  icon={<PlusOutlined aria-hidden />}
                  aria-label={t('people.structure.addBelow', { name: node.name })}
                  onClick={() => setEditing({ parentId: node.id })}
                />
                <Button
                  size="small"
                  type="text"
                  icon={<EditOutlined aria-hidden />}
                  aria-label={t('people.structure.edit', { name: node.name })}
                  onClick={() => setEditing({ node, parentId: node.parentId })}
                />
                <Button
                  size="small"
                  type="text"
                  danger
                  icon={<DeleteOutlined aria-hidden />}
                  aria-label={t('people.structure.remove', { name: node.name })}
                  onClick={() =>
                    void modal.confirm({
                      title: t('people.structure.remove', { name: node.name }),
                      okText: t('ui.delete'),
                      cancelText: t('ui.cancel'),
                      onOk: () =>
                        remove.mutate(
                          { params: { id: node.id } },
                          { onError: (problem) => void message.error(problem.message) },
                        ),
                    })
                  }
                />
              </>
            ) : null}
          </li>
        ))}
      </ul>
      {placing && place ? (
        <RegionAreasDialog region={placing} present={place} onClose={() => setPlacing(null)} />
      ) : null}
      {editing ? (
        <NodeDialog tree={tree} nodes={data.items} editing={editing} onClose={() => setEditing(null)} />
      ) : null}
    </div>
  );
}

function NodeDialog({
  tree,
  nodes,
  editing,
  onClose,
}: {
  tree: typeof teams;
  nodes: TreeNode[];
  editing: Editing;
  onClose(): void;
}) {
  const { t } = useTranslation();
  const create = useSend(tree.create, [tree.list.path]);
  const update = useSend(tree.update, [tree.list.path]);
  const [name, setName] = useState(editing.node?.name ?? '');
  const [parentId, setParentId] = useState(editing.parentId);
  const { errors, rest } = atFields(create.error ?? update.error, 'name', 'parentId');
  const save = () => {
    const body = { name, parentId };
    if (editing.node)
      update.mutate({ params: { id: editing.node.id }, ifMatch: editing.node.version, body }, { onSuccess: onClose });
    else create.mutate({ body }, { onSuccess: onClose });
  };
  return (
    <Modal
      open
      title={editing.node?.name ?? t('people.structure.new')}
      okText={t('ui.save')}
      cancelText={t('ui.cancel')}
      onOk={save}
      onCancel={onClose}
      okButtonProps={{ disabled: name.trim() === '', loading: create.isPending || update.isPending }}
    >
      <ProblemAlert problem={rest} />
      <FormField id="node-name" label={t('people.name')} required error={errors.name}>
        <Input
          id="node-name"
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.target.value)}
          onPressEnter={save}
        />
      </FormField>
      <FormField id="node-parent" label={t('people.structure.parent')} error={errors.parentId}>
        <Select
          id="node-parent"
          className="full-width"
          allowClear
          value={parentId ?? undefined}
          options={nodes
            .filter((node) => node.id !== editing.node?.id)
            .map((node) => ({ value: node.id, label: node.name }))}
          onChange={(next?: string) => setParentId(next ?? null)}
        />
      </FormField>
    </Modal>
  );
}

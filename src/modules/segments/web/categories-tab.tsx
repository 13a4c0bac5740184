import { PlusOutlined } from '@ant-design/icons';
import { App, Button, Input, Modal, TreeSelect } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CustomersLink } from '#modules/customers/web/index.tsx';
import { useEndpoint, useSend } from '#ui/api.ts';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { formatNumber } from '#ui/format.ts';
import { EmptyState, Loading, ProblemAlert } from '#ui/page.tsx';
import {
  type CategoryView,
  createCategory,
  deleteCategory,
  listCategories,
  updateCategory,
} from '../labels-contract.ts';

const stale = ['/categories', '/fields', '/customers'];

/** A node with those below it, in the order of the tree. */
function ordered(
  items: CategoryView[],
  parentId: string | null,
  depth: number,
): { item: CategoryView; depth: number }[] {
  return items
    .filter((item) => item.parentId === parentId)
    .flatMap((item) => [{ item, depth }, ...ordered(items, item.id, depth + 1)]);
}

/** The category trees: as many ways to divide the customers as the company needs. */
export function CategoriesTab() {
  const { t, i18n } = useTranslation();
  const { message, modal } = App.useApp();
  const { data, error, refetch } = useEndpoint(listCategories);
  const remove = useSend(deleteCategory, stale);
  const [open, setOpen] = useState<{ item?: CategoryView; parentId: string | null } | null>(null);
  if (error) return <ProblemAlert problem={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
  const rows = ordered(data.items, null, 0);
  const nameOf = (item: CategoryView) => (i18n.language === 'en-US' && item.nameEn ? item.nameEn : item.name);
  const confirm = (item: CategoryView) =>
    void modal.confirm({
      title: t('segments.deleteTitle', { name: nameOf(item) }),
      okText: t('ui.delete'),
      cancelText: t('ui.cancel'),
      onOk: () =>
        remove
          .mutateAsync({ params: { id: item.id }, ifMatch: item.version })
          .catch((problem: Error) => void message.error(problem.message)),
    });
  return (
    <>
      <div className="bar">
        {data.can.manage ? (
          <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setOpen({ parentId: null })}>
            {t('segments.labels.newTree')}
          </Button>
        ) : null}
      </div>
      {rows.length === 0 ? <EmptyState text={t('segments.labels.noCategories')} /> : null}
      <ul className="cards panel">
        {rows.map(({ item, depth }) => (
          <li key={item.id} className="list-row" style={{ paddingInlineStart: 8 + depth * 20 }}>
            {depth === 0 ? <strong>{nameOf(item)}</strong> : <span>{nameOf(item)}</span>}
            <CustomersLink
              filter={{ field: 'categories', op: 'contains', value: item.id }}
              title={t('segments.openOf', { name: nameOf(item) })}
            >
              {item.customers > 0 ? formatNumber(item.customers) : t('ui.open')}
            </CustomersLink>
            <span className="grow" />
            {data.can.manage ? (
              <span className="nowrap">
                <Button
                  size="small"
                  type="link"
                  aria-label={t('segments.labels.addBelowOf', { name: nameOf(item) })}
                  onClick={() => setOpen({ parentId: item.id })}
                >
                  {t('segments.labels.addBelow')}
                </Button>
                <Button
                  size="small"
                  type="link"
                  aria-label={t('segments.editOf', { name: nameOf(item) })}
                  onClick={() => setOpen({ item, parentId: item.parentId })}
                >
                  {t('ui.edit')}
                </Button>
                <Button
                  size="small"
                  type="link"
                  danger
                  aria-label={t('segments.deleteOf', { name: nameOf(item) })}
                  onClick={() => confirm(item)}
                >
                  {t('ui.delete')}
                </Button>
              </span>
            ) : null}
          </li>
        ))}
      </ul>
      {open ? <CategoryDialog {...open} items={data.items} onClose={() => setOpen(null)} /> : null}
    </>
  );
}

interface TreeNode {
  value: string;
  title: string;
  children: TreeNode[];
}
const treeOf = (items: CategoryView[], parentId: string | null): TreeNode[] =>
  items
    .filter((item) => item.parentId === parentId)
    .map((item) => ({ value: item.id, title: item.name, children: treeOf(items, item.id) }));

function CategoryDialog({
  item,
  parentId,
  items,
  onClose,
}: {
  item?: CategoryView;
  parentId: string | null;
  items: CategoryView[];
  onClose(): void;
}) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const create = useSend(createCategory, stale);
  const update = useSend(updateCategory, stale);
  const [name, setName] = useState(item?.name ?? '');
  const [nameEn, setNameEn] = useState(item?.nameEn ?? '');
  const [parent, setParent] = useState(parentId);
  const problem = create.error ?? update.error;
  const { errors, rest } = atFields(problem, 'name', 'nameEn', 'parentId');
  const done = () => {
    void message.success(t('ui.saved'));
    onClose();
  };
  return (
    <Modal
      open
      title={t(item ? 'segments.labels.editCategory' : 'segments.labels.newCategory')}
      okText={t('ui.save')}
      cancelText={t('ui.cancel')}
      confirmLoading={create.isPending || update.isPending}
      onCancel={onClose}
      onOk={() =>
        item
          ? update.mutate(
              { params: { id: item.id }, ifMatch: item.version, body: { name, nameEn, parentId: parent } },
              { onSuccess: done },
            )
          : create.mutate({ body: { name, nameEn, parentId: parent } }, { onSuccess: done })
      }
    >
      <ProblemAlert problem={rest} />
      <FormField id="category-name" label={t('segments.name')} required error={errors.name}>
        <Input id="category-name" maxLength={60} value={name} onChange={(event) => setName(event.target.value)} />
      </FormField>
      <FormField id="category-name-en" label={t('segments.nameEn')} error={errors.nameEn}>
        <Input
          id="category-name-en"
          maxLength={60}
          value={nameEn}
          onChange={(event) => setNameEn(event.target.value)}
        />
      </FormField>
      <FormField id="category-parent" label={t('segments.labels.parent')} error={errors.parentId}>
        <TreeSelect
          id="category-parent"
          className="full-width"
          allowClear
          treeDefaultExpandAll
          placeholder={t('segments.labels.noParent')}
          value={parent ?? undefined}
          treeData={treeOf(items, null)}
          onChange={(value?: string) => setParent(value ?? null)}
        />
      </FormField>
    </Modal>
  );
}

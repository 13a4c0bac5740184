import { PlusOutlined } from '@ant-design/icons';
import { App, Button, Checkbox, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CustomersLink } from '#modules/customers/web/index.tsx';
import { useEndpoint, useSend } from '#ui/api.ts';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { formatNumber } from '#ui/format.ts';
import { EmptyState, Loading, ProblemAlert } from '#ui/page.tsx';
import { ScrollRegion } from '#ui/scroll-region.tsx';
import { createTag, listTags, mergeTag, type TagView, undoMerge, updateTag } from '../labels-contract.ts';
import { tagColors } from './segment-dialog.tsx';
import { ColorName } from './shared.tsx';

const stale = ['/tags', '/fields', '/customers'];

/** The tag catalogue: names and colours show everywhere at once, a merge runs as a job and can be undone. */
export function TagsTab() {
  const { t } = useTranslation();
  const { data, error, refetch } = useEndpoint(listTags);
  const [open, setOpen] = useState<TagView | 'new' | null>(null);
  const [merging, setMerging] = useState<TagView | null>(null);
  if (error) return <ProblemAlert problem={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
  return (
    <>
      <div className="bar">
        {data.can.manage ? (
          <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setOpen('new')}>
            {t('segments.labels.newTag')}
          </Button>
        ) : null}
      </div>
      {data.items.length === 0 ? <EmptyState text={t('segments.labels.noTags')} /> : null}
      {data.items.length > 0 ? (
        <ScrollRegion name={t('segments.labels.tags')}>
          <table className="plain">
            <thead>
              <tr>
                <th scope="col">{t('segments.labels.tag')}</th>
                <th scope="col">{t('segments.customers')}</th>
                <th scope="col">{t('ui.action')}</th>
              </tr>
            </thead>
            <tbody>
              {data.items.map((item) => (
                <tr key={item.key}>
                  <th scope="row">
                    <ColorName color={item.color}>{item.name}</ColorName>{' '}
                    {item.hidden ? <span className="muted small">{t('segments.labels.hidden')}</span> : null}
                  </th>
                  <td>
                    <CustomersLink
                      filter={{ field: 'tags', op: 'contains', value: item.key }}
                      title={t('segments.openOf', { name: item.name })}
                    >
                      {formatNumber(item.customers)}
                    </CustomersLink>
                  </td>
                  <td className="nowrap">
                    {data.can.manage ? (
                      <>
                        <Button
                          size="small"
                          type="link"
                          aria-label={t('segments.editOf', { name: item.name })}
                          onClick={() => setOpen(item)}
                        >
                          {t('ui.edit')}
                        </Button>
                        {item.hidden ? null : (
                          <Button
                            size="small"
                            type="link"
                            aria-label={t('segments.labels.mergeOf', { name: item.name })}
                            onClick={() => setMerging(item)}
                          >
                            {t('segments.labels.merge')}
                          </Button>
                        )}
                      </>
                    ) : null}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      ) : null}
      {open ? (
        <TagDialog tag={open === 'new' ? undefined : open} version={data.version} onClose={() => setOpen(null)} />
      ) : null}
      {merging ? <MergeDialog tag={merging} tags={data.items} onClose={() => setMerging(null)} /> : null}
    </>
  );
}

function TagDialog({ tag, version, onClose }: { tag?: TagView; version: number; onClose(): void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const create = useSend(createTag, stale);
  const update = useSend(updateTag, stale);
  const [name, setName] = useState(tag?.name ?? '');
  const [nameEn, setNameEn] = useState(tag?.nameEn ?? '');
  const [color, setColor] = useState(tag?.color ?? null);
  const [hidden, setHidden] = useState(tag?.hidden ?? false);
  const problem = create.error ?? update.error;
  const { errors, rest } = atFields(problem, 'name', 'nameEn', 'color');
  const done = () => {
    void message.success(t('ui.saved'));
    onClose();
  };
  // A colour given elsewhere in another notation stays as it is.
  const known = color === null || tagColors.includes(color);
  return (
    <Modal
      open
      title={t(tag ? 'segments.labels.editTag' : 'segments.labels.newTag')}
      okText={t('ui.save')}
      cancelText={t('ui.cancel')}
      confirmLoading={create.isPending || update.isPending}
      onCancel={onClose}
      onOk={() =>
        tag
          ? update.mutate(
              {
                params: { key: tag.key },
                ifMatch: version,
                body: { name, nameEn, hidden, ...(known ? { color } : {}) },
              },
              { onSuccess: done },
            )
          : create.mutate({ body: { name, nameEn, ...(color ? { color } : {}) } }, { onSuccess: done })
      }
    >
      <ProblemAlert problem={rest} />
      <FormField id="tag-name" label={t('segments.name')} required error={errors.name}>
        <Input id="tag-name" maxLength={60} value={name} onChange={(event) => setName(event.target.value)} />
      </FormField>
      <FormField id="tag-name-en" label={t('segments.nameEn')} error={errors.nameEn}>
        <Input id="tag-name-en" maxLength={60} value={nameEn} onChange={(event) => setNameEn(event.target.value)} />
      </FormField>
      <FormField id="tag-color" label={t('segments.color')} error={errors.color}>
        <Select
          id="tag-color"
          className="full-width"
          allowClear
          value={color}
          options={tagColors.map((value) => ({ value, label: t(`segments.colors.${value}`) }))}
          onChange={(value?: string) => setColor(value ?? null)}
        />
      </FormField>
      {tag ? (
        <Checkbox checked={hidden} onChange={(event) => setHidden(event.target.checked)}>
          {t('segments.labels.hide')}
        </Checkbox>
      ) : null}
    </Modal>
  );
}

function MergeDialog({ tag, tags, onClose }: { tag: TagView; tags: TagView[]; onClose(): void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const merge = useSend(mergeTag, stale);
  const undo = useSend(undoMerge, stale);
  const [into, setInto] = useState<string>();
  return (
    <Modal
      open
      title={t('segments.labels.mergeOf', { name: tag.name })}
      okText={t('segments.labels.merge')}
      cancelText={t('ui.cancel')}
      okButtonProps={{ disabled: !into }}
      confirmLoading={merge.isPending}
      onCancel={onClose}
      onOk={() =>
        into &&
        merge.mutate(
          { params: { key: tag.key }, body: { into } },
          {
            onSuccess: ({ batchId }) => {
              onClose();
              const key = `merge-${batchId}`;
              void message.success({
                key,
                duration: 15,
                content: (
                  <span>
                    {t('segments.labels.merged', { n: tag.customers })}{' '}
                    <Button
                      size="small"
                      type="link"
                      onClick={() => {
                        message.destroy(key);
                        undo.mutate({ params: { key: tag.key, id: batchId } });
                      }}
                    >
                      {t('ui.undo')}
                    </Button>
                  </span>
                ),
              });
            },
          },
        )
      }
    >
      <ProblemAlert problem={merge.error} />
      <p>{t('segments.labels.mergeHelp', { name: tag.name, n: tag.customers })}</p>
      <FormField id="merge-into" label={t('segments.labels.into')} required>
        <Select
          id="merge-into"
          className="full-width"
          showSearch={{ optionFilterProp: 'label' }}
          value={into}
          options={tags
            .filter((item) => item.key !== tag.key && !item.hidden)
            .map((item) => ({ value: item.key, label: item.name }))}
          onChange={setInto}
        />
      </FormField>
    </Modal>
  );
}

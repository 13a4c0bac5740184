import { UsergroupAddOutlined } from '@ant-design/icons';
import { Link } from '@tanstack/react-router';
import { App, Button, Modal, Radio, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSend } from '#ui/api.ts';
import { atFields, FormField, useTried } from '#ui/fields/form-field.tsx';
import { itemsOf, usePages } from '#ui/load-more.tsx';
import type { ListSelection } from '#ui/module.ts';
import { ProblemAlert } from '#ui/page.tsx';
import { changeMembers, listSegments } from '../contract.ts';

/** Button of the customer list: puts what it shows into a fixed segment, or takes it out. */
export default function AddToSegment({ selection }: { selection: ListSelection }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  if (selection.query.state !== 'active') return null;
  return (
    <>
      <Button icon={<UsergroupAddOutlined aria-hidden />} onClick={() => setOpen(true)}>
        {t('segments.addTo')}
      </Button>
      {open ? <MembersDialog selection={selection} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

function MembersDialog({ selection, onClose }: { selection: ListSelection; onClose(): void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const pages = usePages(listSegments, { query: { limit: 200 } });
  const send = useSend(changeMembers, ['/segments']);
  const [id, setId] = useState<string>();
  const [tried, again] = useTried();
  const [action, setAction] = useState<'add' | 'remove'>('add');
  const fixed = itemsOf(pages).filter((item) => item.kind === 'fixed');
  const { errors, rest } = atFields(send.error, 'id', 'action');
  const { state: _state, ...query } = selection.query;
  return (
    <Modal
      open
      title={t('segments.addTo')}
      okText={t('ui.apply')}
      cancelText={t('ui.cancel')}
      confirmLoading={send.isPending}
      onCancel={onClose}
      onOk={() => {
        again();
        if (!id) return;
        send.mutate(
          { params: { id }, body: { action, query } },
          {
            onSuccess: () => {
              void message.success(t('segments.membersQueued'));
              onClose();
            },
          },
        );
      }}
    >
      <ProblemAlert problem={rest ?? pages.error} />
      <p className="muted">
        {selection.query.ids ? t('segments.ofSelected', { n: selection.query.ids.length }) : t('segments.ofList')}
      </p>
      <FormField
        id="members-segment"
        label={t('segments.fixedSegment')}
        required
        error={errors.id ?? (tried && !id ? t('errors.input.required') : undefined)}
      >
        <Select
          id="members-segment"
          className="full-width"
          value={id}
          options={fixed.map((item) => ({ value: item.id, label: item.name }))}
          notFoundContent={<Link to="/segments">{t('segments.noFixed')}</Link>}
          onChange={setId}
        />
      </FormField>
      <FormField id="members-action" label={t('segments.memberAction')} error={errors.action}>
        <Radio.Group
          id="members-action"
          optionType="button"
          value={action}
          options={(['add', 'remove'] as const).map((value) => ({
            value,
            label: t(`segments.memberActions.${value}`),
          }))}
          onChange={(event) => setAction(event.target.value)}
        />
      </FormField>
    </Modal>
  );
}

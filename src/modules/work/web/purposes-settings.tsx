import { PlusOutlined } from '@ant-design/icons';
import { App, Button, Input, Modal, Popconfirm } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEndpoint, useSend } from '#ui/api.ts';
import { errorsByField, FormField } from '#ui/fields/form-field.tsx';
import { EmptyState, Loading, ProblemAlert } from '#ui/page.tsx';
import {
  createVisitPurpose,
  listVisitPurposes,
  retireVisitPurpose,
  updateVisitPurpose,
  type VisitPurpose,
} from '../visit-contract.ts';

const stale = ['/visit-purposes'];

/** What customers are visited for, and what is to be seen to each time. */
export function PurposesSettings() {
  const { t } = useTranslation();
  const list = useEndpoint(listVisitPurposes);
  const retire = useSend(retireVisitPurpose, stale);
  const [form, setForm] = useState<VisitPurpose | 'new' | null>(null);
  const items = list.data?.items ?? [];
  return (
    <>
      <div className="bar">
        <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setForm('new')}>
          {t('work.settings.addPurpose')}
        </Button>
      </div>
      <ProblemAlert problem={list.error ?? retire.error} onRetry={() => void list.refetch()} />
      {list.isPending ? <Loading /> : null}
      {list.data && items.length === 0 ? <EmptyState text={t('work.settings.noPurposes')} /> : null}
      {items.length > 0 ? (
        <ul className="cards panel">
          {items.map((item) => (
            <li key={item.id} className="list-row">
              <div className="grow">
                <strong>{item.name}</strong>
                <div className="muted small">{item.checklist.join('；')}</div>
              </div>
              <Button size="small" type="link" onClick={() => setForm(item)}>
                {t('ui.edit')}
              </Button>
              <Popconfirm
                title={t('work.settings.retirePurpose')}
                okText={t('ui.delete')}
                cancelText={t('ui.cancel')}
                onConfirm={() => retire.mutate({ params: { id: item.id }, ifMatch: item.version })}
              >
                <Button size="small" type="link" danger>
                  {t('ui.delete')}
                </Button>
              </Popconfirm>
            </li>
          ))}
        </ul>
      ) : null}
      {form ? <PurposeForm purpose={form === 'new' ? undefined : form} onClose={() => setForm(null)} /> : null}
    </>
  );
}

function PurposeForm({ purpose, onClose }: { purpose?: VisitPurpose; onClose(): void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const create = useSend(createVisitPurpose, stale);
  const update = useSend(updateVisitPurpose, stale);
  const [name, setName] = useState(purpose?.name ?? '');
  const [lines, setLines] = useState((purpose?.checklist ?? []).join('\n'));
  const problem = create.error ?? update.error;
  const errors = errorsByField(problem?.errors ?? []);
  const body = {
    name,
    checklist: lines
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== ''),
  };
  const done = {
    onSuccess: () => {
      void message.success(t('ui.saved'));
      onClose();
    },
  };
  const save = () =>
    purpose
      ? update.mutate({ params: { id: purpose.id }, ifMatch: purpose.version, body }, done)
      : create.mutate({ body }, done);
  return (
    <Modal
      open
      title={t(purpose ? 'work.settings.purpose' : 'work.settings.addPurpose')}
      okText={t('ui.save')}
      okButtonProps={{ loading: create.isPending || update.isPending }}
      cancelText={t('ui.cancel')}
      mask={{ closable: false }}
      onCancel={onClose}
      onOk={save}
    >
      <ProblemAlert problem={problem && problem.errors.length === 0 ? problem : null} />
      <FormField id="purpose-name" label={t('work.settings.name')} required error={errors.name}>
        <Input id="purpose-name" maxLength={100} value={name} onChange={(event) => setName(event.target.value)} />
      </FormField>
      <FormField
        id="purpose-checklist"
        label={t('work.visit.checklist')}
        help={t('work.visit.checklistHelp')}
        error={errors.checklist}
      >
        <Input.TextArea
          id="purpose-checklist"
          autoSize={{ minRows: 4, maxRows: 14 }}
          value={lines}
          onChange={(event) => setLines(event.target.value)}
        />
      </FormField>
    </Modal>
  );
}

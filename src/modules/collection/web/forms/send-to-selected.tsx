import { SendOutlined } from '@ant-design/icons';
import { App, Button, Checkbox, Modal, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEndpoint, useSend } from '#ui/api.ts';
import { FormField } from '#ui/fields/form-field.tsx';
import type { ListSelection } from '#ui/module.ts';
import { EmptyState, ProblemAlert } from '#ui/page.tsx';
import { inviteToForm, listForms } from '../../forms-contract.ts';
import { said } from './question-input.tsx';

const most = 200;

/** Button of the customer list: personal links for the ticked customers, by mail where there is an address. */
export default function SendToSelected({ selection }: { selection: ListSelection }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const ids = selection.query.ids ?? [];
  if (selection.query.state !== 'active' || ids.length === 0 || ids.length > most) return null;
  return (
    <>
      <Button icon={<SendOutlined aria-hidden />} onClick={() => setOpen(true)}>
        {t('collection.forms.sendTo', { n: ids.length })}
      </Button>
      {open ? <SendDialog ids={ids} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

function SendDialog({ ids, onClose }: { ids: string[]; onClose(): void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { data } = useEndpoint(listForms, { query: { state: 'open', limit: 100 } });
  const invite = useSend(inviteToForm, ['/forms']);
  const [form, setForm] = useState<string>();
  const [english, setEnglish] = useState(false);
  const send = () =>
    invite.mutate(
      {
        params: { id: form ?? '' },
        body: {
          recipients: ids.map((customerId) => ({ customerId })),
          mail: true,
          lang: english ? 'en-US' : 'zh-CN',
        },
      },
      {
        onSuccess: (made) => {
          void message.success(t('collection.forms.sentTo', { n: made.items.length, without: made.withoutMail }));
          onClose();
        },
      },
    );
  return (
    <Modal
      open
      title={t('collection.forms.sendTo', { n: ids.length })}
      okText={t('collection.forms.makeAndMail')}
      cancelText={t('ui.cancel')}
      okButtonProps={{ disabled: !form }}
      confirmLoading={invite.isPending}
      onOk={send}
      onCancel={onClose}
    >
      <p className="muted">{t('collection.forms.sendToHelp')}</p>
      <ProblemAlert problem={invite.error} />
      {data?.items.length === 0 ? <EmptyState text={t('collection.forms.noOpen')} /> : null}
      <FormField id="send-form" label={t('collection.forms.form')}>
        <Select
          id="send-form"
          className="full-width"
          value={form}
          onChange={setForm}
          options={(data?.items ?? []).map((item) => ({ value: item.id, label: said(item.title) }))}
        />
      </FormField>
      <Checkbox checked={english} onChange={(event) => setEnglish(event.target.checked)}>
        {t('collection.forms.mailEnglish')}
      </Checkbox>
    </Modal>
  );
}

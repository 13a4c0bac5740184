import { Button, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEndpoint, useSend } from '#ui/api.ts';
import { CopyButton } from '#ui/copy-button.tsx';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { EmptyState, ProblemAlert } from '#ui/page.tsx';
import { usePublicOrigin } from '#ui/public-origin.ts';
import { inviteToForm } from '../../form-links-contract.ts';
import { listForms } from '../../forms-contract.ts';
import { said } from './question-input.tsx';
import { type SendingOptions, SendingOptionsInput } from './sending-options.tsx';

/** From the card: a one-time link with which the customer brings its own data up to date. */
export default function RefreshAction({ customerId, onClose }: { customerId: string; onClose(): void }) {
  const { t } = useTranslation();
  const { data } = useEndpoint(listForms, { query: { state: 'open', limit: 100 } });
  const invite = useSend(inviteToForm, ['/forms']);
  const [form, setForm] = useState<string>();
  const [options, setOptions] = useState<SendingOptions>({ mail: false, lang: 'zh-CN', validDays: null });
  const origin = usePublicOrigin();
  const { errors, rest } = atFields(invite.error, 'validDays');
  const made = invite.data?.items[0];
  const choose = (next: { form?: string; options?: SendingOptions }) => {
    if (next.form) setForm(next.form);
    if (next.options) setOptions(next.options);
    // What is made below is of what was chosen then.
    invite.reset();
  };
  const link = made ? origin + made.path : '';
  return (
    <Modal open title={t('collection.forms.refresh')} footer={null} onCancel={onClose}>
      <p className="muted">{t('collection.forms.refreshHelp')}</p>
      <ProblemAlert problem={rest} />
      {data?.items.length === 0 ? <EmptyState text={t('collection.forms.noOpen')} /> : null}
      <FormField id="refresh-form" label={t('collection.forms.form')}>
        <Select
          id="refresh-form"
          className="full-width"
          value={form}
          onChange={(next: string) => choose({ form: next })}
          options={(data?.items ?? []).map((item) => ({ value: item.id, label: said(item.title) }))}
        />
      </FormField>
      <SendingOptionsInput
        id="refresh"
        value={options}
        error={errors.validDays}
        onChange={(next) => choose({ options: next })}
      />
      <div className="bar">
        <Button
          type="primary"
          disabled={!form || made !== undefined}
          loading={invite.isPending}
          onClick={() =>
            invite.mutate({ params: { id: form ?? '' }, body: { recipients: [{ customerId }], ...options } })
          }
        >
          {t(options.mail ? 'collection.forms.makeAndMail' : 'collection.forms.makeLink')}
        </Button>
      </div>
      {link && made ? (
        <FormField
          id="refresh-link"
          label={t('collection.forms.linkMade')}
          help={made.mailedAt ? t('collection.forms.mailedNow') : undefined}
        >
          <div className="row">
            <Input id="refresh-link" readOnly value={link} onFocus={(event) => event.target.select()} />
            <CopyButton text={link} name={t('collection.forms.linkMade')} />
          </div>
        </FormField>
      ) : null}
      {invite.data && invite.data.withoutMail > 0 ? <p>{t('collection.forms.withoutMail')}</p> : null}
      {invite.data && invite.data.refused > 0 ? <p>{t('errors.form.mailRefused')}</p> : null}
    </Modal>
  );
}

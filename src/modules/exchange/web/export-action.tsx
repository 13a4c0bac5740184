import { ExportOutlined } from '@ant-design/icons';
import { useNavigate } from '@tanstack/react-router';
import { App, Button, Checkbox, Input, Modal, Radio, Select } from 'antd';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDictionary } from '#modules/fields/web/index.tsx';
import { useSend } from '#ui/api.ts';
import { errorsByField, FormField } from '#ui/fields/form-field.tsx';
import { label } from '#ui/i18n.ts';
import type { ListSelection } from '#ui/module.ts';
import { ProblemAlert } from '#ui/page.tsx';
import { useSession } from '#ui/session.tsx';
import { startExport } from '../contract.ts';

/** Button of the customer list: exports what the list shows or what is selected. */
export default function ExportAction({ selection }: { selection: ListSelection }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button icon={<ExportOutlined aria-hidden />} onClick={() => setOpen(true)}>
        {t('exchange.export')}
      </Button>
      {open ? <ExportDialog selection={selection} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

function ExportDialog({ selection, onClose }: { selection: ListSelection; onClose(): void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const { exportLimit } = useSession();
  const dictionary = useDictionary('customer');
  const send = useSend(startExport, ['/exports']);
  const key = useRef(crypto.randomUUID());
  const [format, setFormat] = useState<'xlsx' | 'csv' | 'pdf' | 'vcf'>('xlsx');
  const [fields, setFields] = useState(selection.fields);
  const [purpose, setPurpose] = useState('');
  const [encrypt, setEncrypt] = useState(false);
  const [password, setPassword] = useState('');
  const problem = send.error;
  const errors = errorsByField(
    problem?.errors.length
      ? problem.errors
      : problem?.field
        ? [{ field: problem.field, code: problem.code, message: problem.message }]
        : [],
  );
  const submit = () =>
    send.mutate(
      {
        body: {
          query: selection.query,
          fields,
          sort: selection.sort,
          format,
          purpose,
          ...(encrypt && format === 'xlsx' ? { password } : {}),
        },
        idempotencyKey: key.current,
      },
      {
        onSuccess: (item) => {
          void message.info(t(item.state === 'waiting' ? 'exchange.waits' : 'exchange.started'));
          void navigate({ to: '/exports' });
        },
        onError: (error) => {
          if (error.status !== 0) key.current = crypto.randomUUID();
        },
      },
    );
  return (
    <Modal
      open
      width={640}
      title={t('exchange.export')}
      okText={t('exchange.start')}
      cancelText={t('ui.cancel')}
      onCancel={onClose}
      onOk={submit}
      okButtonProps={{ loading: send.isPending, disabled: fields.length === 0 }}
    >
      <ProblemAlert problem={Object.keys(errors).length > 0 ? null : problem} />
      <FormField
        id="export-purpose"
        label={t('exchange.purpose')}
        required
        help={t('exchange.purposeHelp')}
        error={errors.purpose}
      >
        <Input
          id="export-purpose"
          maxLength={500}
          value={purpose}
          onChange={(event) => setPurpose(event.target.value)}
        />
      </FormField>
      <FormField id="export-fields" label={t('exchange.fields')} error={errors.fields}>
        <Select
          id="export-fields"
          mode="multiple"
          className="full-width"
          showSearch={{ optionFilterProp: 'label' }}
          value={fields}
          options={(dictionary?.fields ?? []).map((field) => ({ value: field.key, label: label(field.label) }))}
          onChange={setFields}
        />
      </FormField>
      <Button size="small" onClick={() => setFields((dictionary?.fields ?? []).map((field) => field.key))}>
        {t('exchange.allFields')}
      </Button>
      <FormField id="export-format" label={t('exchange.format')}>
        <Radio.Group
          id="export-format"
          value={format}
          onChange={(event) => setFormat(event.target.value)}
          options={[
            { value: 'xlsx', label: 'Excel (.xlsx)' },
            { value: 'csv', label: 'CSV' },
            { value: 'pdf', label: t('exchange.print.cards') },
            { value: 'vcf', label: t('exchange.vcard.people') },
          ]}
        />
      </FormField>
      {format === 'xlsx' ? (
        <>
          <Checkbox checked={encrypt} onChange={(event) => setEncrypt(event.target.checked)}>
            {t('exchange.encrypt')}
          </Checkbox>
          {encrypt ? (
            <FormField
              id="export-password"
              label={t('exchange.password')}
              required
              help={t('exchange.passwordHelp')}
              error={errors.password}
            >
              <Input.Password
                id="export-password"
                autoComplete="new-password"
                value={password}
                onChange={(event) => setPassword(event.target.value)}
              />
            </FormField>
          ) : null}
        </>
      ) : null}
      <p className="muted small">
        {exportLimit === null ? t('exchange.noLimit') : t('exchange.limit', { n: exportLimit })}
      </p>
    </Modal>
  );
}

import { useNavigate } from '@tanstack/react-router';
import { App, Checkbox, Input, Modal, Radio } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Problem } from '#shared/errors.ts';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { ProblemAlert } from '#ui/page.tsx';
import { useSession } from '#ui/session.tsx';
import type { ExportView } from '../contract.ts';

export interface Asked<Format> {
  format: Format;
  purpose: string;
  password?: string;
}

/** What every export asks for: why, in which format, with which password; `children` say what else. */
export function ExportDialog<Format extends string>({
  formats,
  start,
  problem,
  busy,
  disabled,
  children,
  onClose,
}: {
  formats: { value: Format; label: string }[];
  start(asked: Asked<Format>): Promise<ExportView>;
  problem: Problem | null;
  busy: boolean;
  disabled?(format: Format): boolean;
  children?: (errors: { fields?: string }, format: Format) => ReactNode;
  onClose(): void;
}) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const { exportLimit } = useSession();
  const [format, setFormat] = useState<Format>(formats[0]?.value as Format);
  const [purpose, setPurpose] = useState('');
  const [encrypt, setEncrypt] = useState(false);
  const [password, setPassword] = useState('');
  const { errors, rest } = atFields(
    problem,
    'purpose',
    'format',
    ...(encrypt && format === 'xlsx' ? (['password'] as const) : []),
    ...(children ? (['fields'] as const) : []),
  );
  const submit = () =>
    start({ format, purpose, ...(encrypt && format === 'xlsx' ? { password } : {}) }).then(
      (item) => {
        void message.info(t(item.state === 'waiting' ? 'exchange.waits' : 'exchange.started'));
        void navigate({ to: '/exports' });
      },
      // Told by `problem`.
      () => undefined,
    );
  return (
    <Modal
      open
      width={640}
      title={t('exchange.export')}
      okText={t('exchange.start')}
      cancelText={t('ui.cancel')}
      onCancel={onClose}
      onOk={() => void submit()}
      okButtonProps={{ loading: busy, disabled: disabled?.(format) }}
    >
      <ProblemAlert problem={rest} />
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
      <FormField id="export-format" label={t('exchange.format')} error={errors.format}>
        <Radio.Group
          id="export-format"
          value={format}
          onChange={(event) => setFormat(event.target.value)}
          options={formats}
        />
      </FormField>
      {children?.(errors, format)}
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

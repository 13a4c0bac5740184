import { useNavigate, useSearch } from '@tanstack/react-router';
import { Button, Input, Result } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSend } from '#ui/api.ts';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { ProblemAlert } from '#ui/page.tsx';
import { PublicPage } from '#ui/public-page.tsx';
import { redeemReset } from '../account-contract.ts';

/** Sets a password with a one-time link (invitation or reset). */
export default function PasswordPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { token = '' } = useSearch({ strict: false }) as { token?: string };
  const send = useSend(redeemReset);
  const [password, setPassword] = useState('');
  if (send.isSuccess) {
    return (
      <PublicPage title={t('people.setPassword')}>
        <Result
          status="success"
          title={t('people.passwordSet')}
          extra={
            <Button type="primary" onClick={() => void navigate({ to: '/sign-in' })}>
              {t('people.signIn')}
            </Button>
          }
        />
      </PublicPage>
    );
  }
  const { errors, rest } = atFields(send.error, 'password');
  return (
    <PublicPage title={t('people.setPassword')}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          send.mutate({ body: { token: String(token), password } });
        }}
      >
        <ProblemAlert problem={rest} />
        <FormField
          id="new-password"
          label={t('people.newPassword')}
          required
          help={t('people.passwordHelp')}
          error={errors.password}
        >
          <Input.Password
            id="new-password"
            autoComplete="new-password"
            required
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        </FormField>
        <Button type="primary" htmlType="submit" block loading={send.isPending}>
          {t('people.setPassword')}
        </Button>
      </form>
    </PublicPage>
  );
}

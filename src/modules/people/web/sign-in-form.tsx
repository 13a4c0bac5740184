import { Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSend } from '#ui/api.ts';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { ProblemAlert } from '#ui/page.tsx';
import { signIn } from '../account-contract.ts';

/** Email and password; the second factor is asked for when the server says so. */
export function SignInForm({ onSignedIn, email: known }: { onSignedIn(): void; email?: string }) {
  const { t } = useTranslation();
  const send = useSend(signIn);
  const [email, setEmail] = useState(known ?? '');
  const [password, setPassword] = useState('');
  const [totp, setTotp] = useState('');
  const [second, setSecond] = useState(false);
  const { errors, rest } = atFields(
    send.error?.code === 'session.totpRequired' ? null : send.error,
    ...['email', 'password', 'totp'],
  );
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        send.mutate(
          { body: { email, password, ...(second && totp ? { totp } : {}) } },
          {
            onSuccess: onSignedIn,
            onError: (problem) => {
              if (problem.code === 'session.totpRequired') setSecond(true);
            },
          },
        );
      }}
    >
      <ProblemAlert problem={rest} />
      <FormField id="sign-in-email" label={t('people.email')} required error={errors.email}>
        <Input
          id="sign-in-email"
          type="email"
          autoComplete="username"
          required
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
      </FormField>
      <FormField id="sign-in-password" label={t('people.password')} required error={errors.password}>
        <Input.Password
          id="sign-in-password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
      </FormField>
      {second ? (
        <FormField
          id="sign-in-totp"
          label={t('people.totp.code')}
          required
          help={t('people.totp.codeHelp')}
          error={errors.totp}
        >
          <Input
            id="sign-in-totp"
            autoComplete="one-time-code"
            inputMode="numeric"
            ref={(element) => element?.focus()}
            value={totp}
            onChange={(event) => setTotp(event.target.value)}
          />
        </FormField>
      ) : null}
      <Button type="primary" htmlType="submit" block loading={send.isPending}>
        {t('people.signIn')}
      </Button>
    </form>
  );
}

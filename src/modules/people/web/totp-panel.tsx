import { Alert, Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSend } from '#ui/api.ts';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { ProblemAlert } from '#ui/page.tsx';
import { useSession } from '#ui/session.tsx';
import { confirmTotp, removeTotp, startTotp } from '../account-contract.ts';

/** Second factor: scan, confirm with a code, keep the recovery codes; off again with the password. */
export function TotpPanel() {
  const { t } = useTranslation();
  const { user } = useSession();
  const start = useSend(startTotp);
  const confirm = useSend(confirmTotp, ['/session']);
  const remove = useSend(removeTotp, ['/session']);
  const [code, setCode] = useState('');
  const [password, setPassword] = useState('');
  const atCode = atFields(confirm.error, 'code');
  const atPassword = atFields(remove.error, 'password');
  return (
    <section className="panel" aria-labelledby="totp">
      <h2 id="totp">{t('people.totp.title')}</h2>
      <ProblemAlert problem={start.error ?? atCode.rest ?? atPassword.rest} />
      {confirm.data ? (
        <Alert
          type="success"
          role="status"
          title={t('people.totp.recovery')}
          description={
            <ul className="codes">
              {confirm.data.recoveryCodes.map((item) => (
                <li key={item}>
                  <code>{item}</code>
                </li>
              ))}
            </ul>
          }
        />
      ) : null}
      {user.totpEnabled ? (
        <>
          <p>{t('people.totp.on')}</p>
          <form
            noValidate
            onSubmit={(event) => {
              event.preventDefault();
              remove.mutate({ body: { password } }, { onSuccess: () => setPassword('') });
            }}
          >
            <FormField
              id="totp-password"
              label={t('people.currentPassword')}
              required
              error={atPassword.errors.password}
            >
              <Input.Password
                id="totp-password"
                autoComplete="current-password"
                required
                value={password}
                onChange={(event) => setPassword(event.target.value)}
              />
            </FormField>
            <Button danger htmlType="submit" loading={remove.isPending}>
              {t('people.totp.remove')}
            </Button>
          </form>
        </>
      ) : start.data ? (
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            confirm.mutate({ body: { code } });
          }}
        >
          <p>{t('people.totp.scan')}</p>
          <img src={start.data.qr} alt={t('people.totp.qr')} width={180} height={180} className="qr" />
          <p>
            <code>{start.data.secret}</code>
          </p>
          <FormField id="totp-code" label={t('people.totp.code')} required error={atCode.errors.code}>
            <Input
              id="totp-code"
              inputMode="numeric"
              autoComplete="one-time-code"
              required
              value={code}
              onChange={(event) => setCode(event.target.value)}
            />
          </FormField>
          <Button type="primary" htmlType="submit" loading={confirm.isPending}>
            {t('people.totp.confirm')}
          </Button>
        </form>
      ) : (
        <>
          <p className="muted">{t('people.totp.off')}</p>
          <Button loading={start.isPending} onClick={() => start.mutate({})}>
            {t('people.totp.start')}
          </Button>
        </>
      )}
    </section>
  );
}

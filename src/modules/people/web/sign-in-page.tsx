import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { Alert, Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { identityProblems } from '#shared/identity-problems.ts';
import { ownPath } from '#shared/own-path.ts';
import { oneOf, useAddress } from '#ui/address.ts';
import { useEndpoint, useSend } from '#ui/api.ts';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { ProblemAlert } from '#ui/page.tsx';
import { PublicPage } from '#ui/public-page.tsx';
import { requestReset } from '../account-contract.ts';
import { signInMethods, startIdentitySignIn } from '../identity-contract.ts';
import { SignInForm } from './sign-in-form.tsx';

export default function SignInPage() {
  const { t } = useTranslation();
  const router = useRouter();
  const [{ back }] = useAddress({ back: ownPath });
  const client = useQueryClient();
  const [forgot, setForgot] = useState(false);
  return (
    <PublicPage title={t(forgot ? 'people.forgot' : 'people.signIn')}>
      {forgot ? (
        <ForgotForm />
      ) : (
        <>
          <NotSetUp />
          <IdentityProblem />
          <SignInForm
            onSignedIn={() => {
              client.clear();
              router.history.replace(back);
            }}
          />
          <IdentityButton back={back} />
        </>
      )}
      <Button type="link" className="under-form" onClick={() => setForgot(!forgot)}>
        {t(forgot ? 'people.backToSignIn' : 'people.forgot')}
      </Button>
    </PublicPage>
  );
}

/** What went wrong at the identity provider, by the address it sent the browser back to. */
function IdentityProblem() {
  const { t } = useTranslation();
  const [{ problem }] = useAddress({ problem: oneOf(identityProblems) });
  return problem ? (
    <Alert className="problem" type="error" showIcon role="alert" title={t(`errors.${problem}`)} />
  ) : null;
}

/** Nobody can sign in before the first-run guide; its link holds a secret, which only the terminal tells. */
function NotSetUp() {
  const { t } = useTranslation();
  const { data } = useEndpoint(signInMethods, {});
  return data && !data.setUp ? (
    <Alert className="problem" type="info" showIcon role="status" title={t('people.notSetUp')} />
  ) : null;
}

function IdentityButton({ back }: { back: string }) {
  const { t } = useTranslation();
  const { data } = useEndpoint(signInMethods, {});
  const provider = data?.identityProvider;
  return provider ? (
    <Button block className="under-form" href={`/api/v1${startIdentitySignIn.path}?${new URLSearchParams({ back })}`}>
      {t('people.signInWith', { name: provider.name })}
    </Button>
  ) : null;
}

function ForgotForm() {
  const { t } = useTranslation();
  const send = useSend(requestReset);
  const [email, setEmail] = useState('');
  const { errors, rest } = atFields(send.error, 'email');
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        send.mutate({ body: { email } });
      }}
    >
      <ProblemAlert problem={rest} />
      {send.isSuccess ? <Alert type="success" showIcon role="status" title={t('people.forgotSent')} /> : null}
      <FormField id="forgot-email" label={t('people.email')} required error={errors.email}>
        <Input
          id="forgot-email"
          type="email"
          required
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
      </FormField>
      <Button type="primary" htmlType="submit" block loading={send.isPending}>
        {t('people.sendLink')}
      </Button>
    </form>
  );
}

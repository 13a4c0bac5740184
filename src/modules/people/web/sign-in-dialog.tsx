import { Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { SignInForm } from './sign-in-form.tsx';

/** The session ended while a page was open: sign in again over it, nothing typed is lost. */
export function SignInDialog({ onSignedIn }: { onSignedIn(): void }) {
  const { t } = useTranslation();
  return (
    <Modal open title={t('people.signInAgain')} footer={null} closable={false} maskClosable={false} keyboard={false}>
      <p>{t('people.signInAgainText')}</p>
      <SignInForm onSignedIn={onSignedIn} />
    </Modal>
  );
}

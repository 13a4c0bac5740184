import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { onlyHere } from '#shared/public-address.ts';
import { useSession } from '#ui/session.tsx';

/** Above codes and links for people outside: says when they lead to an address only the server itself can open. */
export function OnlyHere() {
  const { t } = useTranslation();
  const { address } = useSession().org;
  return onlyHere(address) ? (
    <Alert
      className="problem"
      type="warning"
      showIcon
      title={t('ui.onlyHere', { address })}
      description={t('ui.onlyHereHelp')}
    />
  ) : null;
}

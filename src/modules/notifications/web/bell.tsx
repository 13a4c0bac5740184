import { BellOutlined } from '@ant-design/icons';
import { useNavigate } from '@tanstack/react-router';
import { Badge, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useEndpoint } from '#ui/api.ts';
import { unreadNotifications } from '../contract.ts';

/** Number of unread notices; leads to the notification centre. */
export function Bell() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const unread = useEndpoint(unreadNotifications, {}, { refetchInterval: 60_000 });
  const count = unread.data?.count ?? 0;
  return (
    <Badge count={count} overflowCount={99} size="small" offset={[-6, 6]}>
      <Button
        type="text"
        icon={<BellOutlined aria-hidden />}
        aria-label={t('notifications.unread', { n: count })}
        onClick={() => void navigate({ to: '/notifications' })}
      />
    </Badge>
  );
}

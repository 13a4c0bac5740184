import { useNavigate } from '@tanstack/react-router';
import { App, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useEndpoint, useSend } from '#ui/api.ts';
import { createMinutes, listMinutes } from '../../minutes-contract.ts';
import { minutesStale } from './minutes-form.tsx';

/** Leads from an activity to its minutes, beginning them if there are none. */
export function MinutesButton({ activityId, customerId }: { activityId: string; customerId: string }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const known = useEndpoint(listMinutes, { query: { customerId, limit: 200 } });
  const create = useSend(createMinutes, minutesStale);
  const open = (id: string) => void navigate({ to: '/minutes/$id', params: { id } });
  const present = known.data?.items.find((item) => item.activityId === activityId);
  return (
    <Button
      size="small"
      type="link"
      loading={create.isPending}
      onClick={() =>
        present
          ? open(present.id)
          : create.mutate(
              { body: { activityId } },
              { onSuccess: (made) => open(made.id), onError: (problem) => void message.error(problem.message) },
            )
      }
    >
      {t('work.minutes.title')}
    </Button>
  );
}

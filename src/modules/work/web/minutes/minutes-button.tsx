import { useNavigate } from '@tanstack/react-router';
import { App, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useSend } from '#ui/api.ts';
import { createMinutes } from '../../minutes-contract.ts';
import { minutesStale } from './minutes-form.tsx';

/** Leads from an activity to its minutes, beginning them if there are none. */
export function MinutesButton({ activityId }: { activityId: string }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const create = useSend(createMinutes, minutesStale);
  const open = (id: string) => void navigate({ to: '/minutes/$id', params: { id } });
  return (
    <Button
      size="small"
      type="link"
      loading={create.isPending}
      onClick={() =>
        create.mutate(
          { body: { activityId } },
          {
            onSuccess: (made) => open(made.id),
            onError: (problem) => {
              const present = (problem.data as { id?: string } | undefined)?.id;
              if (problem.code === 'minutes.exists' && present) open(present);
              else void message.error(problem.message);
            },
          },
        )
      }
    >
      {t('work.minutes.title')}
    </Button>
  );
}

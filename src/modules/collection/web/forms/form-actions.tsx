import { useNavigate } from '@tanstack/react-router';
import { App, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Problem } from '#shared/errors.ts';
import { useSend } from '#ui/api.ts';
import { Choices } from '#ui/choices.tsx';
import { copyForm, deleteForm, type FormView, setFormState } from '../../forms-contract.ts';

/** What else is done with a form: copied, put away and taken out again, a draft deleted. */
export function FormActions({ form }: { form: FormView }) {
  const { t } = useTranslation();
  const { message, modal } = App.useApp();
  const navigate = useNavigate();
  const copy = useSend(copyForm, ['/forms']);
  const put = useSend(setFormState, ['/forms']);
  const remove = useSend(deleteForm, ['/forms']);
  const params = { id: form.id };
  const tell = (problem: Problem) => void message.error(problem.message);
  const archived = form.state === 'archived';
  const set = () =>
    put.mutate(
      { params, ifMatch: form.version, body: { state: archived ? 'closed' : 'archived' } },
      {
        onSuccess: () => void message.success(t(archived ? 'collection.forms.takenOut' : 'collection.forms.putAway')),
        onError: tell,
      },
    );
  const erase = () =>
    void modal.confirm({
      title: t('collection.forms.deleteAsk'),
      okText: t('ui.delete'),
      okButtonProps: { danger: true },
      cancelText: t('ui.cancel'),
      onOk: () =>
        remove.mutateAsync({ params, ifMatch: form.version }).then(() => void navigate({ to: '/forms' }), tell),
    });
  return (
    <Choices
      menu={{
        items: [
          { key: 'copy', label: t('collection.forms.copyForm') },
          { key: 'archive', label: t(archived ? 'collection.forms.takeOut' : 'collection.forms.archive') },
          ...(form.revision === 0 ? [{ key: 'delete', label: t('ui.delete'), danger: true }] : []),
        ],
        onClick: ({ key }) => {
          if (key === 'archive') return set();
          if (key === 'delete') return erase();
          copy.mutate(
            { params },
            {
              onSuccess: (made) => void navigate({ to: '/forms/$id', params: { id: made.id } }),
              onError: tell,
            },
          );
        },
      }}
    >
      <Button loading={copy.isPending || put.isPending}>{t('collection.forms.more')}</Button>
    </Choices>
  );
}

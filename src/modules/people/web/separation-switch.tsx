import { App, Switch } from 'antd';
import { useTranslation } from 'react-i18next';
import { useEndpoint, useSend } from '#ui/api.ts';
import { useCan } from '#ui/session.tsx';
import { separation, setSeparation } from '../contract.ts';

/** Switches separated administrators on or off, for who manages roles. */
export function SeparationSwitch() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const can = useCan();
  const { data } = useEndpoint(separation);
  const set = useSend(setSeparation, ['/separated-duties']);
  if (!data) return null;
  return (
    <section className="panel row" aria-labelledby="separation">
      <span className="grow">
        <strong id="separation">{t('people.roles.separation')}</strong>{' '}
        <span className="muted small">{t('people.roles.separationHelp')}</span>
      </span>
      <Switch
        aria-labelledby="separation"
        checked={data.on}
        disabled={!can('role:manage')}
        loading={set.isPending}
        onChange={(on) => set.mutate({ body: { on } }, { onError: (problem) => void message.error(problem.message) })}
      />
    </section>
  );
}

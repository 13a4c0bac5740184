import { App, Button, InputNumber } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEndpoint, useSend } from '#ui/api.ts';
import { atFields, FormField, useTried } from '#ui/fields/form-field.tsx';
import { Loading, ProblemAlert } from '#ui/page.tsx';
import { getDuplicateSettings, updateDuplicateSettings } from '../duplicates-contract.ts';

const keys = ['suggestFrom', 'listFrom', 'stopFrom'] as const;

const bounds = { minimum: 1, maximum: 99.9 };
/** As it is shown and typed; the API keeps shares of one. */
const percent = (share: number) => Math.round(share * 1000) / 10;

/** From which score a pair is shown, listed, or stops a creation. */
export function Thresholds() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const settings = useEndpoint(getDuplicateSettings);
  const update = useSend(updateDuplicateSettings, ['/duplicates/settings']);
  const [changed, setChanged] = useState<Partial<Record<(typeof keys)[number], number | null>>>({});
  const [tried, again, forget] = useTried();
  const { errors, rest } = atFields(update.error, ...keys);
  if (!settings.data) return settings.error ? <ProblemAlert problem={settings.error} /> : <Loading />;
  const present = settings.data;
  const shown = (key: (typeof keys)[number]) => {
    const typed = changed[key];
    return typed === undefined ? percent(present[key]) : typed;
  };
  // Said here in percent: the server would name shares nobody typed.
  const wrong = (value: number | null) => {
    if (value === null) return t('errors.input.required');
    if (value < bounds.minimum) return t('errors.input.tooSmall', { minimum: bounds.minimum });
    return value > bounds.maximum ? t('errors.input.tooBig', { maximum: bounds.maximum }) : undefined;
  };
  const save = () => {
    again();
    if (keys.some((key) => wrong(shown(key)))) return;
    const share = (key: (typeof keys)[number]) => Math.round((shown(key) ?? 0) * 10) / 1000;
    update.mutate(
      {
        ifMatch: present.version,
        body: { suggestFrom: share('suggestFrom'), listFrom: share('listFrom'), stopFrom: share('stopFrom') },
      },
      {
        onSuccess: () => {
          setChanged({});
          forget();
          void message.success(t('ui.saved'));
        },
      },
    );
  };
  return (
    <form
      noValidate
      className="panel"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <p className="muted">{t('quality.duplicates.settingsHelp')}</p>
      {keys.map((key) => (
        <FormField
          key={key}
          id={`threshold-${key}`}
          label={t(`quality.duplicates.${key}`)}
          error={(tried ? wrong(shown(key)) : undefined) ?? errors[key]}
        >
          <InputNumber
            id={`threshold-${key}`}
            suffix="%"
            value={shown(key)}
            onChange={(value) => setChanged((before) => ({ ...before, [key]: value }))}
          />
        </FormField>
      ))}
      <ProblemAlert problem={rest} />
      <div className="row form-buttons">
        <Button type="primary" htmlType="submit" loading={update.isPending}>
          {t('ui.save')}
        </Button>
      </div>
    </form>
  );
}

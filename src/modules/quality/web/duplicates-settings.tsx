import { App, Button, InputNumber } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEndpoint, useSend } from '#ui/api.ts';
import { errorsByField, FormField } from '#ui/fields/form-field.tsx';
import { Loading, ProblemAlert } from '#ui/page.tsx';
import { getDuplicateSettings, updateDuplicateSettings } from '../duplicates-contract.ts';

const keys = ['suggestFrom', 'listFrom', 'stopFrom'] as const;

/** From which score a pair is shown, listed, or stops a creation. */
export function Thresholds() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const settings = useEndpoint(getDuplicateSettings);
  const update = useSend(updateDuplicateSettings, ['/duplicates/settings']);
  const [changed, setChanged] = useState<Partial<Record<(typeof keys)[number], number>>>({});
  const errors = errorsByField(update.error?.errors ?? []);
  if (!settings.data) return settings.error ? <ProblemAlert problem={settings.error} /> : <Loading />;
  const { version, ...present } = settings.data;
  return (
    <form
      className="panel"
      onSubmit={(event) => {
        event.preventDefault();
        update.mutate(
          { ifMatch: version, body: { ...present, ...changed } },
          {
            onSuccess: () => {
              setChanged({});
              void message.success(t('ui.saved'));
            },
          },
        );
      }}
    >
      <p className="muted">{t('quality.duplicates.settingsHelp')}</p>
      {keys.map((key) => (
        <FormField key={key} id={`threshold-${key}`} label={t(`quality.duplicates.${key}`)} error={errors[key]}>
          <InputNumber
            id={`threshold-${key}`}
            min={1}
            max={99}
            suffix="%"
            value={Math.round((changed[key] ?? present[key]) * 100)}
            onChange={(value) => setChanged((before) => ({ ...before, [key]: (value ?? 50) / 100 }))}
          />
        </FormField>
      ))}
      <ProblemAlert problem={update.error && update.error.errors.length === 0 ? update.error : null} />
      <div className="row form-buttons">
        <Button type="primary" htmlType="submit" loading={update.isPending}>
          {t('ui.save')}
        </Button>
      </div>
    </form>
  );
}

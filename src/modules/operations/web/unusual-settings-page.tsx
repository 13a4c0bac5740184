import { App, Button, Input, InputNumber } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEndpoint, useSend } from '#ui/api.ts';
import { CountInput } from '#ui/fields/count-input.tsx';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { getUnusualSettings, saveUnusualSettings, type UnusualSettings, unusualKinds } from '../unusual-contract.ts';

/** From when on access is unusual. */
export default function UnusualSettingsPage() {
  const { t } = useTranslation();
  const found = useEndpoint(getUnusualSettings, {}, { staleTime: 0 });
  return (
    <Page title={t('operations.unusual.settings')}>
      <p className="muted">{t('operations.unusual.settingsHelp')}</p>
      <ProblemAlert problem={found.error} onRetry={() => void found.refetch()} />
      {found.isPending ? <Loading /> : null}
      {found.data ? <Form key={found.data.version} settings={found.data} /> : null}
    </Page>
  );
}

function Form({ settings: { version, ...before } }: { settings: UnusualSettings }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const save = useSend(saveUnusualSettings, ['/audit/unusual-settings']);
  const [form, setForm] = useState(before);
  const floors = unusualKinds.map((kind) => `floors.${kind}` as const);
  const { errors, rest } = atFields(save.error, 'times', 'workFrom', 'workTo', ...floors);
  return (
    <form
      noValidate
      className="panel"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate({ ifMatch: version, body: form }, { onSuccess: () => void message.success(t('ui.saved')) });
      }}
    >
      <ProblemAlert problem={rest} />
      <div className="grid-2">
        <FormField id="unusual-times" label={t('operations.unusual.times')} required error={errors.times}>
          <CountInput
            id="unusual-times"
            className="full-width"
            value={form.times}
            onChange={(times) => setForm({ ...form, times })}
          />
        </FormField>
        {unusualKinds.map((kind) => (
          <FormField
            key={kind}
            id={`unusual-${kind}`}
            label={t(`operations.unusual.floors.${kind}`)}
            required
            error={errors[`floors.${kind}`]}
          >
            <InputNumber
              id={`unusual-${kind}`}
              className="full-width"
              min={1}
              max={10_000_000}
              precision={0}
              value={form.floors[kind]}
              onChange={(floor) =>
                setForm({ ...form, floors: { ...form.floors, [kind]: floor ?? before.floors[kind] } })
              }
            />
          </FormField>
        ))}
        {(['workFrom', 'workTo'] as const).map((end) => (
          <FormField
            key={end}
            id={`unusual-${end}`}
            label={t(`operations.unusual.${end}`)}
            required
            error={errors[end]}
          >
            <Input
              id={`unusual-${end}`}
              type="time"
              value={form[end]}
              onChange={(event) => setForm({ ...form, [end]: event.target.value })}
            />
          </FormField>
        ))}
      </div>
      <div className="row form-buttons">
        <Button type="primary" htmlType="submit" loading={save.isPending}>
          {t('ui.save')}
        </Button>
      </div>
    </form>
  );
}

import { App, Button, Checkbox, InputNumber, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEndpoint, useSend } from '#ui/api.ts';
import { CountInput } from '#ui/fields/count-input.tsx';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { Loading, ProblemAlert } from '#ui/page.tsx';
import { activityTypes } from '../activity-contract.ts';
import { getWorkSettings, saveWorkSettings, type WorkSettings } from '../visit-contract.ts';

/** The company's rules for visits and minutes. */
export function RulesSettings() {
  const found = useEndpoint(getWorkSettings);
  if (found.error) return <ProblemAlert problem={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return <Loading />;
  return <RulesForm key={found.data.version} rules={found.data} />;
}

function RulesForm({ rules }: { rules: WorkSettings }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const save = useSend(saveWorkSettings, ['/work-settings', '/visits']);
  const { version, ...before } = rules;
  const [form, setForm] = useState(before);
  const { errors, rest } = atFields(
    save.error,
    'radiusMetres',
    'minutesAfter',
    'minutesDays',
    'confirmDays',
    'placeDays',
  );
  return (
    <section className="panel">
      <ProblemAlert problem={rest} />
      <div className="grid-2">
        <FormField
          id="rules-radius"
          label={t('work.settings.radius')}
          help={t('work.settings.radiusHelp')}
          error={errors.radiusMetres}
        >
          <InputNumber
            id="rules-radius"
            className="full-width"
            min={20}
            max={50_000}
            value={form.radiusMetres}
            onChange={(radiusMetres) => setForm({ ...form, radiusMetres })}
          />
        </FormField>
        <FormField
          id="rules-after"
          label={t('work.settings.minutesAfter')}
          help={t('work.settings.minutesAfterHelp')}
          error={errors.minutesAfter}
        >
          <Select
            id="rules-after"
            className="full-width"
            mode="multiple"
            value={form.minutesAfter}
            options={activityTypes.map((key) => ({ value: key, label: t(`work.type.${key}`) }))}
            onChange={(minutesAfter) => setForm({ ...form, minutesAfter })}
          />
        </FormField>
        <FormField id="rules-days" label={t('work.settings.minutesDays')} required error={errors.minutesDays}>
          <CountInput
            id="rules-days"
            className="full-width"
            value={form.minutesDays}
            onChange={(minutesDays) => setForm({ ...form, minutesDays })}
          />
        </FormField>
        <FormField id="rules-confirm" label={t('work.settings.confirmDays')} required error={errors.confirmDays}>
          <CountInput
            id="rules-confirm"
            className="full-width"
            value={form.confirmDays}
            onChange={(confirmDays) => setForm({ ...form, confirmDays })}
          />
        </FormField>
        <FormField
          id="rules-place"
          label={t('work.settings.placeDays')}
          help={t('work.settings.placeDaysHelp')}
          required
          error={errors.placeDays}
        >
          <CountInput
            id="rules-place"
            className="full-width"
            value={form.placeDays}
            onChange={(placeDays) => setForm({ ...form, placeDays })}
          />
        </FormField>
      </div>
      <p>
        <Checkbox
          checked={form.minutesReview}
          onChange={(event) => setForm({ ...form, minutesReview: event.target.checked })}
        >
          {t('work.settings.minutesReview')}
        </Checkbox>
      </p>
      <Button
        type="primary"
        loading={save.isPending}
        onClick={() =>
          save.mutate({ ifMatch: version, body: form }, { onSuccess: () => void message.success(t('ui.saved')) })
        }
      >
        {t('ui.save')}
      </Button>
    </section>
  );
}

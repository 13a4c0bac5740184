import { App, Button, InputNumber, Select } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDictionary } from '#modules/fields/web/index.tsx';
import { useEndpoint, useSend } from '#ui/api.ts';
import { label } from '#ui/i18n.ts';
import { Loading, ProblemAlert } from '#ui/page.tsx';
import { getQualitySettings, type QualitySettings, updateQualitySettings } from '../completeness-contract.ts';

/** Days after which values are stale, and fields that weigh more for a grade. */
export function CompletenessSettings() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const dictionary = useDictionary('customer');
  const { data, error } = useEndpoint(getQualitySettings, {}, { staleTime: 0 });
  const save = useSend(updateQualitySettings, ['/quality-settings', '/customers/:id/completeness']);
  const [draft, setDraft] = useState<QualitySettings | null>(null);
  useEffect(() => {
    if (data) setDraft(data);
  }, [data]);
  if (error) return <ProblemAlert problem={error} />;
  if (!draft || !dictionary) return <Loading />;
  const nameOf = (key: string) => {
    const section = key.startsWith('section:')
      ? dictionary.sections.find((item) => `section:${item.key}` === key)
      : undefined;
    if (section) return t('quality.completeness.section', { name: label(section.label) });
    const field = dictionary.byKey.get(key);
    return field ? label(field.label) : key;
  };
  const limitKeys = [
    ...dictionary.sections.map((section) => `section:${section.key}`),
    ...dictionary.fields.filter((field) => field.tracked).map((field) => field.key),
  ];
  const grades = (dictionary.byKey.get('grade')?.options ?? []).filter((option) => !option.hidden);
  const weighted = dictionary.fields.filter((field) => !field.readOnly && field.weight > 0).map((field) => field.key);
  const changeMultiplier = (grade: string, key: string, value: number | null) => {
    const { [key]: _gone, ...rest } = draft.multipliers[grade] ?? {};
    setDraft({
      ...draft,
      multipliers: { ...draft.multipliers, [grade]: value === null ? rest : { ...rest, [key]: value } },
    });
  };
  return (
    <>
      <section className="panel" aria-labelledby="stale-limits">
        <h2 id="stale-limits">{t('quality.completeness.limits')}</h2>
        <p className="muted">{t('quality.completeness.limitsHelp')}</p>
        <Rows
          values={draft.limits}
          keys={limitKeys}
          nameOf={nameOf}
          max={3650}
          unit={t('quality.completeness.days')}
          start={180}
          onChange={(key, value) => {
            const { [key]: _gone, ...rest } = draft.limits;
            setDraft({ ...draft, limits: value === null ? rest : { ...rest, [key]: value } });
          }}
        />
      </section>
      <section className="panel" aria-labelledby="grade-weights">
        <h2 id="grade-weights">{t('quality.completeness.multipliers')}</h2>
        <p className="muted">{t('quality.completeness.multipliersHelp')}</p>
        {grades.map((grade) => (
          <div key={grade.key}>
            <h3>{label(grade)}</h3>
            <Rows
              values={draft.multipliers[grade.key] ?? {}}
              keys={weighted}
              nameOf={nameOf}
              max={10}
              unit="×"
              start={2}
              of={label(grade)}
              onChange={(key, value) => changeMultiplier(grade.key, key, value)}
            />
          </div>
        ))}
      </section>
      <ProblemAlert problem={save.error} />
      <Button
        type="primary"
        loading={save.isPending}
        onClick={() =>
          save.mutate(
            { ifMatch: draft.version, body: { limits: draft.limits, multipliers: draft.multipliers } },
            { onSuccess: () => void message.success(t('quality.completeness.saved')) },
          )
        }
      >
        {t('ui.save')}
      </Button>
    </>
  );
}

interface RowsProps {
  values: Record<string, number>;
  keys: string[];
  nameOf(key: string): string;
  max: number;
  unit: string;
  start: number;
  of?: string;
  onChange(key: string, value: number | null): void;
}

function Rows({ values, keys, nameOf, max, unit, start, of = '', onChange }: RowsProps) {
  const { t } = useTranslation();
  const rest = keys.filter((key) => values[key] === undefined);
  return (
    <>
      {Object.entries(values).map(([key, value]) => (
        <div className="row" key={key}>
          <span className="setting-name">{nameOf(key)}</span>
          <InputNumber
            aria-label={`${of} ${nameOf(key)}`.trim()}
            min={0}
            max={max}
            value={value}
            suffix={unit}
            onChange={(next) => onChange(key, next ?? 0)}
          />
          <Button
            type="text"
            onClick={() => onChange(key, null)}
            aria-label={t('quality.completeness.removeOf', { name: nameOf(key) })}
          >
            {t('quality.completeness.remove')}
          </Button>
        </div>
      ))}
      <Select
        className="setting-add"
        aria-label={`${of} ${t('quality.completeness.addField')}`.trim()}
        placeholder={t('quality.completeness.addField')}
        showSearch={{ optionFilterProp: 'label' }}
        value={null}
        options={rest.map((key) => ({ value: key, label: nameOf(key) }))}
        onChange={(key: string | null) => {
          if (key) onChange(key, start);
        }}
      />
    </>
  );
}

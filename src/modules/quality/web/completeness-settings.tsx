import { App, Button, InputNumber, Select } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDictionary } from '#modules/fields/web/index.tsx';
import { customerKinds } from '#shared/fields.ts';
import { useEndpoint, useSend } from '#ui/api.ts';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { label } from '#ui/i18n.ts';
import { Loading, ProblemAlert } from '#ui/page.tsx';
import { useUnsaved } from '#ui/use-unsaved.ts';
import { getQualitySettings, type QualitySettings, updateQualitySettings } from '../completeness-contract.ts';
import { kindGroup } from '../completeness-targets.ts';

/** As they are typed: what was left empty is null, and the server asks for it. */
type Values = Record<string, number | null>;
interface Draft {
  version: number;
  limits: Values;
  multipliers: Record<string, Values>;
}

/** Days after which values are stale, and fields that weigh more for a kind or a grade. */
export function CompletenessSettings() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const dictionary = useDictionary('customer');
  const { data, error } = useEndpoint(getQualitySettings, {}, { staleTime: 0 });
  const save = useSend(updateQualitySettings, ['/quality-settings', '/customers/:id/completeness']);
  const [draft, setDraft] = useState<Draft | null>(null);
  useEffect(() => {
    if (data) setDraft(data);
  }, [data]);
  useUnsaved(draft !== null && draft !== data && JSON.stringify(draft) !== JSON.stringify(data));
  if (error) return <ProblemAlert problem={error} />;
  if (!draft || !dictionary) return <Loading />;
  const nameOf = (key: string) => {
    const section = key.startsWith('section:')
      ? dictionary.sections.find((item) => `section:${item.key}` === key)
      : undefined;
    if (section) return t('quality.completeness.section', { name: label(section.label) });
    return dictionary.nameOf(key);
  };
  const limitKeys = [
    ...dictionary.sections.map((section) => `section:${section.key}`),
    ...dictionary.fields.filter((field) => field.tracked).map((field) => field.key),
  ];
  const options = dictionary.byKey.get('grade')?.options ?? [];
  const weighted = dictionary.fields.filter((field) => !field.readOnly && field.weight > 0);
  const byKind = customerKinds.map((kind) => ({
    group: kindGroup(kind),
    name: t(`ui.kind.${kind}`),
    keys: weighted.filter((field) => field.kinds?.includes(kind) ?? true).map((field) => field.key),
  }));
  const byGrade = options
    .filter((option) => !option.hidden)
    .map((option) => ({ group: option.key, name: label(option), keys: weighted.map((field) => field.key) }));
  // A grade taken out of the dictionary since has no heading here to correct it under.
  const known = new Set([...byKind.map(({ group }) => group), ...options.map(({ key }) => key)]);
  const body = {
    limits: draft.limits,
    multipliers: Object.fromEntries(Object.entries(draft.multipliers).filter(([group]) => known.has(group))),
  };
  const { errors, rest } = atFields(
    save.error,
    ...Object.keys(body.limits).map((key) => `limits.${key}`),
    ...Object.entries(body.multipliers).flatMap(([group, values]) =>
      Object.keys(values ?? {}).map((key) => `multipliers.${group}.${key}`),
    ),
  );
  const weights = (groups: typeof byKind) =>
    groups.map(({ group, name, keys }) => (
      <div key={group}>
        <h3>{name}</h3>
        <Rows
          path={`multipliers.${group}`}
          errors={errors}
          values={draft.multipliers[group] ?? {}}
          keys={keys}
          nameOf={nameOf}
          unit="×"
          start={2}
          of={name}
          onChange={(values) => setDraft({ ...draft, multipliers: { ...draft.multipliers, [group]: values } })}
        />
      </div>
    ));
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(
          { ifMatch: draft.version, body: body as Pick<QualitySettings, 'limits' | 'multipliers'> },
          { onSuccess: () => void message.success(t('quality.completeness.saved')) },
        );
      }}
    >
      <section className="panel" aria-labelledby="stale-limits">
        <h2 id="stale-limits">{t('quality.completeness.limits')}</h2>
        <p className="muted">{t('quality.completeness.limitsHelp')}</p>
        <Rows
          path="limits"
          errors={errors}
          values={draft.limits}
          keys={limitKeys}
          nameOf={nameOf}
          unit={t('quality.completeness.days')}
          start={180}
          onChange={(limits) => setDraft({ ...draft, limits })}
        />
      </section>
      <section className="panel" aria-labelledby="kind-weights">
        <h2 id="kind-weights">{t('quality.completeness.kindMultipliers')}</h2>
        <p className="muted">{t('quality.completeness.kindMultipliersHelp')}</p>
        <div className="grid-2">{weights(byKind)}</div>
      </section>
      <section className="panel" aria-labelledby="grade-weights">
        <h2 id="grade-weights">{t('quality.completeness.multipliers')}</h2>
        <p className="muted">{t('quality.completeness.multipliersHelp')}</p>
        <div className="grid-2">{weights(byGrade)}</div>
      </section>
      <ProblemAlert problem={rest} />
      <Button type="primary" htmlType="submit" loading={save.isPending}>
        {t('ui.save')}
      </Button>
    </form>
  );
}

interface RowsProps {
  /** Of the values in what is sent: the server names what it refuses by it. */
  path: string;
  errors: Partial<Record<string, string>>;
  values: Values;
  keys: string[];
  nameOf(key: string): string;
  unit: string;
  start: number;
  of?: string;
  onChange(values: Values): void;
}

function Rows({ path, errors, values, keys, nameOf, unit, start, of = '', onChange }: RowsProps) {
  const { t } = useTranslation();
  const rest = keys.filter((key) => values[key] === undefined);
  const remove = (gone: string) => onChange(Object.fromEntries(Object.entries(values).filter(([key]) => key !== gone)));
  return (
    <>
      {Object.entries(values).map(([key, value]) => {
        const id = `${path}.${key}`;
        return (
          <div className="setting-row" key={key}>
            <FormField id={id} label={nameOf(key)} error={errors[id]}>
              <span className="row">
                <InputNumber
                  id={id}
                  aria-label={`${of} ${nameOf(key)}`.trim()}
                  value={value}
                  suffix={unit}
                  // No bounds here: a value too large would be made smaller in silence, the server says so.
                  onChange={(next) => onChange({ ...values, [key]: next })}
                />
                <Button
                  type="text"
                  onClick={() => remove(key)}
                  aria-label={t('quality.completeness.removeOf', { name: nameOf(key) })}
                >
                  {t('quality.completeness.remove')}
                </Button>
              </span>
            </FormField>
          </div>
        );
      })}
      <Select
        className="setting-add"
        aria-label={`${of} ${t('quality.completeness.addField')}`.trim()}
        placeholder={t('quality.completeness.addField')}
        showSearch={{ optionFilterProp: 'label' }}
        value={null}
        options={rest.map((key) => ({ value: key, label: nameOf(key) }))}
        onChange={(key: string | null) => {
          if (key) onChange({ ...values, [key]: start });
        }}
      />
    </>
  );
}

import { PlusOutlined } from '@ant-design/icons';
import { Button, Checkbox, Radio, Segmented, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { oneOf, useAddress } from '#ui/address.ts';
import { useSend } from '#ui/api.ts';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { Loading, ProblemAlert } from '#ui/page.tsx';
import { dryRun, type RulesConfig } from '../schemes-contract.ts';
import { type Ruled, ruled } from '../spec.ts';
import { DryRunResult } from './dry-run-result.tsx';
import { CutoffsInput, RuleCard, ruleParts } from './rule-card.tsx';
import { SaveScheme } from './save-scheme.tsx';
import { useClassNames } from './shared.tsx';
import { useScheme } from './use-scheme.ts';

/** Rules of grade, importance and ladder, tried before they are saved. */
export default function RulesTab() {
  const { t } = useTranslation();
  const { fieldName, dictionary } = useClassNames();
  const [{ dimension }, put] = useAddress({ dimension: oneOf(ruled, 'grade') });
  if (!dictionary) return <Loading />;
  return (
    <>
      <div className="bar">
        <Segmented
          aria-label={t('ui.shown')}
          value={dimension}
          options={ruled.map((key) => ({ value: key, label: fieldName(key) }))}
          onChange={(next) => put({ dimension: next })}
        />
      </div>
      <RulesEditor key={dimension} dimension={dimension} />
    </>
  );
}

function RulesEditor({ dimension }: { dimension: Ruled }) {
  const { t } = useTranslation();
  const { optionsOf } = useClassNames();
  const { scheme, draft, setDraft, editable, problem, saving, save } = useScheme<RulesConfig>(dimension);
  const dry = useSend(dryRun);
  const [tried, setTried] = useState<RulesConfig | null>(null);
  const [open, setOpen] = useState<Record<string, boolean>>({});
  if (scheme.error) return <ProblemAlert problem={scheme.error} />;
  if (!draft) return <Loading />;
  const values = optionsOf(dimension);
  const wrong = problem ?? dry.error;
  const { errors, rest } = atFields(
    wrong,
    ...['config.cutoffs', 'config.otherwise'],
    ...draft.rules.flatMap((_, index) => ruleParts.map((part) => `config.rules.${index}.${part}`)),
  );
  const put = (part: Partial<RulesConfig>) => {
    setDraft({ ...draft, ...part });
    setTried(null);
  };
  const rules = draft.rules;
  const unfinished = rules.some((rule) => open[rule.id]);
  const setRule = (index: number, rule: RulesConfig['rules'][number] | null) =>
    put({ rules: rules.flatMap((item, place) => (place === index ? (rule ? [rule] : []) : [item])) });
  const move = (index: number, by: number) => {
    const next = [...rules];
    const [taken] = next.splice(index, 1);
    if (taken) next.splice(index + by, 0, taken);
    put({ rules: next });
  };
  return (
    <>
      <ProblemAlert problem={rest} />
      <section className="panel">
        <FormField
          id="rule-method"
          label={t('segments.ruleMethod')}
          help={t(`segments.ruleMethods.${draft.method}Help`)}
        >
          <Radio.Group
            id="rule-method"
            optionType="button"
            disabled={!editable}
            value={draft.method}
            options={(['order', 'points'] as const).map((value) => ({
              value,
              label: t(`segments.ruleMethods.${value}`),
            }))}
            onChange={(event) => put({ method: event.target.value })}
          />
        </FormField>
        {rules.length === 0 ? <p className="muted">{t('segments.noRules')}</p> : null}
        {rules.map((rule, index) => (
          <RuleCard
            key={rule.id}
            rule={rule}
            index={index}
            count={rules.length}
            method={draft.method}
            values={values}
            errors={errors}
            editable={editable}
            onChange={(next) => setRule(index, next)}
            onUnfinished={(waits) => setOpen({ ...open, [rule.id]: waits })}
            onMove={(by) => move(index, by)}
          />
        ))}
        {editable ? (
          <Button
            icon={<PlusOutlined aria-hidden />}
            onClick={() =>
              put({
                rules: [
                  ...rules,
                  {
                    id: crypto.randomUUID().slice(0, 8),
                    name: t('segments.ruleName', { n: rules.length + 1 }),
                    condition: { all: [] },
                    ...(draft.method === 'order' ? { target: values[0]?.value } : { points: 10 }),
                  },
                ],
              })
            }
          >
            {t('segments.addRule')}
          </Button>
        ) : null}
        {draft.method === 'points' ? (
          <CutoffsInput
            values={values}
            cutoffs={draft.cutoffs}
            editable={editable}
            error={errors['config.cutoffs']}
            onChange={(cutoffs) => put({ cutoffs })}
          />
        ) : null}
        <FormField id="rule-otherwise" label={t('segments.otherwise')} error={errors['config.otherwise']}>
          <Select
            id="rule-otherwise"
            className="target-select"
            allowClear
            disabled={!editable}
            placeholder={t('segments.keepPresent')}
            value={draft.otherwise}
            options={values}
            onChange={(value?: string) => put({ otherwise: value ?? null })}
          />
        </FormField>
        <div className="form-field">
          <Checkbox
            disabled={!editable}
            checked={draft.scheduled}
            onChange={(event) => put({ scheduled: event.target.checked })}
          >
            {t('segments.nightly')}
          </Checkbox>
        </div>
        {dimension === 'grade' ? (
          <div className="form-field">
            <Checkbox
              disabled={!editable}
              checked={draft.keepManual}
              onChange={(event) => put({ keepManual: event.target.checked })}
            >
              {t('segments.keepManual')}
            </Checkbox>
          </div>
        ) : null}
        {editable ? (
          <div className="row">
            <Button
              disabled={unfinished}
              loading={dry.isPending}
              onClick={() =>
                dry.mutate({ params: { dimension }, body: { config: draft } }, { onSuccess: () => setTried(draft) })
              }
            >
              {t('segments.dryRun')}
            </Button>
            <SaveScheme disabled={unfinished} saving={saving} save={() => save(draft)} />
          </div>
        ) : null}
      </section>
      {tried && dry.data ? <DryRunResult dimension={dimension} config={tried} result={dry.data} /> : null}
    </>
  );
}

import { App, Button, Input, InputNumber, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Problem } from '#shared/errors.ts';
import { customerKinds } from '#shared/fields.ts';
import { useSend } from '#ui/api.ts';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { ProblemAlert } from '#ui/page.tsx';
import { useUnsaved } from '#ui/use-unsaved.ts';
import type { FormContent } from '../../form-content.ts';
import { type FormView, publishForm, setFormState, updateForm } from '../../forms-contract.ts';
import { BothInput } from './both-input.tsx';
import { Preview } from './preview.tsx';
import { QuestionList } from './question-list.tsx';

const stale = ['/forms'];
const settingsOf = ({ kind, content, expiresOn, maxAnswers, remindDays, sites }: FormView) => ({
  kind,
  content,
  expiresOn,
  maxAnswers,
  remindDays,
  sites,
});
const texts = [
  ['title', 200, false],
  ['intro', 2000, true],
  ['thanks', 1000, true],
  ['purpose', 1000, true],
  ['consent', 4000, true],
] as const;

/** The part of a draft an error names: a question, a text, the sites. */
function placeIn(draft: ReturnType<typeof settingsOf>, field: string): unknown {
  const [, key = '', index] = /^(?:content\.)?(\w+)(?:\.(\d+))?/.exec(field) ?? [];
  if (key === 'questions' && index) return draft.content.questions[Number(index)];
  return { ...draft, ...draft.content }[key as keyof FormContent];
}

/** Edits the draft; saving keeps it, publishing makes it what people see. */
export function Designer({ form }: { form: FormView }) {
  const { t } = useTranslation();
  const { message, modal } = App.useApp();
  /** The form the draft began from: its version is what a save must meet. */
  const [base, setBase] = useState(form);
  const [draft, setDraft] = useState(() => settingsOf(form));
  /** The draft the last answer of the server was about. */
  const [judged, setJudged] = useState(draft);
  const [preview, setPreview] = useState(false);
  const [busy, setBusy] = useState<'save' | 'publish' | null>(null);
  const save = useSend(updateForm, stale);
  const publish = useSend(publishForm, stale);
  const setState = useSend(setFormState, stale);
  const { content } = draft;
  const put = (part: Partial<typeof draft>) => setDraft((before) => ({ ...before, ...part }));
  const putContent = (part: Partial<FormContent>) => put({ content: { ...content, ...part } });
  const changed = JSON.stringify(draft) !== JSON.stringify(settingsOf(base));
  useUnsaved(changed);
  const begin = (from: FormView) => {
    setBase(from);
    setDraft(settingsOf(from));
  };
  if (!changed && form.version > base.version) begin(form);
  const problem = publish.error ?? save.error ?? setState.error;
  const { errors, rest } = atFields(
    problem,
    ...['content.questions', 'expiresOn', 'maxAnswers', 'remindDays', 'sites'],
    ...content.questions.map((_, index) => `content.questions.${index}`),
    ...texts.flatMap(([key]) => [`content.${key}`, `content.${key}.en`]),
  );
  // What was changed since is wrong no longer, as far as anybody knows.
  const errorAt = (path: string) => (placeIn(draft, path) === placeIn(judged, path) ? errors[path] : undefined);
  const params = { id: form.id };
  const write = async (version: number): Promise<FormView> => {
    const saved = await save.mutateAsync({ params, ifMatch: version, body: draft });
    setBase(saved);
    setJudged(settingsOf(saved));
    // As the server keeps it, unless more was typed meanwhile.
    setDraft((before) => (before === draft ? settingsOf(saved) : before));
    return saved;
  };
  const keep = async (): Promise<FormView> => {
    if (!changed) return base;
    try {
      return await write(base.version);
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 412) throw error;
      const mine = await modal.confirm({
        title: t('ui.conflict.title'),
        content: t('collection.forms.conflictText'),
        okText: t('collection.forms.conflictMine'),
        cancelText: t('collection.forms.conflictTheirs'),
      });
      const { current } = error.data as { current: FormView };
      if (mine) return write(current.version);
      begin(current);
      save.reset();
      throw error;
    }
  };
  /** Saves the draft, and publishes it where that was asked for. */
  const run = async (what: 'save' | 'publish') => {
    setBusy(what);
    setJudged(draft);
    // What the attempt before was told is not what this one is told.
    for (const before of [save, publish, setState]) before.reset();
    try {
      const saved = await keep();
      if (what === 'publish') setBase(await publish.mutateAsync({ params, ifMatch: saved.version }));
      void message.success(t(what === 'save' ? 'collection.forms.saved' : 'collection.forms.publishedNow'));
    } catch {
      // Told beside the fields and above them.
    }
    setBusy(null);
  };
  return (
    <>
      <div className="bar">
        <Button loading={busy === 'save'} disabled={!changed || busy === 'publish'} onClick={() => void run('save')}>
          {t('collection.forms.saveDraft')}
        </Button>
        <Button
          type="primary"
          loading={busy === 'publish'}
          disabled={busy === 'save'}
          onClick={() => void run('publish')}
        >
          {t(form.revision === 0 ? 'collection.forms.publish' : 'collection.forms.publishAgain')}
        </Button>
        <Button onClick={() => setPreview(true)}>{t('collection.forms.preview')}</Button>
        {form.revision > 0 ? (
          <Button
            disabled={changed}
            onClick={() =>
              setState.mutate({
                params,
                ifMatch: base.version,
                body: { state: form.state === 'open' ? 'closed' : 'open' },
              })
            }
          >
            {t(form.state === 'open' ? 'collection.forms.close' : 'collection.forms.reopen')}
          </Button>
        ) : null}
      </div>
      <ProblemAlert problem={rest} />
      <QuestionList
        kind={draft.kind}
        questions={content.questions}
        errorAt={errorAt}
        onChange={(questions) => putContent({ questions })}
      />
      <section className="panel" aria-label={t('collection.forms.texts')}>
        <h2>{t('collection.forms.texts')}</h2>
        {texts.map(([key, maxLength, long]) => (
          <BothInput
            key={key}
            id={`form-${key}`}
            label={t(`collection.forms.textNames.${key}`)}
            maxLength={maxLength}
            long={long}
            value={content[key]}
            error={errorAt(`content.${key}`)}
            errorEn={errorAt(`content.${key}.en`)}
            onChange={(value) => putContent({ [key]: value })}
          />
        ))}
      </section>
      <section className="panel" aria-label={t('collection.forms.rules')}>
        <h2>{t('collection.forms.rules')}</h2>
        <div className="grid-2">
          <FormField id="form-kind" label={t('collection.forms.kind')} help={t('collection.forms.kindHelp')}>
            <Select
              id="form-kind"
              className="full-width"
              value={draft.kind}
              onChange={(kind) => put({ kind })}
              options={customerKinds.map((item) => ({ value: item, label: t(`ui.kind.${item}`) }))}
            />
          </FormField>
          <FormField id="form-expires" label={t('collection.forms.expiresOn')} error={errorAt('expiresOn')}>
            <Input
              id="form-expires"
              type="date"
              value={draft.expiresOn ?? ''}
              onChange={(event) => put({ expiresOn: event.target.value || null })}
            />
          </FormField>
          <FormField id="form-most" label={t('collection.forms.maxAnswers')} error={errorAt('maxAnswers')}>
            <InputNumber
              id="form-most"
              className="full-width"
              min={1}
              max={1_000_000}
              value={draft.maxAnswers}
              onChange={(maxAnswers) => put({ maxAnswers })}
            />
          </FormField>
          <FormField
            id="form-remind"
            label={t('collection.forms.remindDays')}
            help={t('collection.forms.remindHelp')}
            error={errorAt('remindDays')}
          >
            <Select
              id="form-remind"
              className="full-width"
              mode="multiple"
              showSearch={{ optionFilterProp: 'label' }}
              value={draft.remindDays}
              options={[1, 2, 3, 5, 7, 10, 14, 21, 30].map((day) => ({
                value: day,
                label: t('collection.forms.days', { n: day }),
              }))}
              onChange={(remindDays) => put({ remindDays: remindDays.slice(0, 5) })}
            />
          </FormField>
          <FormField
            id="form-sites"
            label={t('collection.forms.sites')}
            help={t('collection.forms.sitesHelp')}
            error={errorAt('sites')}
          >
            <Select
              id="form-sites"
              className="full-width"
              mode="tags"
              open={false}
              suffixIcon={null}
              value={draft.sites}
              placeholder="https://www.example.com"
              onChange={(sites) => put({ sites })}
            />
          </FormField>
        </div>
      </section>
      {preview ? <Preview content={content} onClose={() => setPreview(false)} /> : null}
    </>
  );
}

import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { App, Button, Input, Radio, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CustomerLookAlikes, useCustomerLookAlikes } from '#modules/customers/web/index.tsx';
import { useDictionary } from '#modules/fields/web/index.tsx';
import { Problem } from '#shared/errors.ts';
import { customerKinds, type FieldDefinition, namedSources } from '#shared/fields.ts';
import { call, invalidate } from '#ui/api.ts';
import { DayInput } from '#ui/fields/day-input.tsx';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { RecordForm } from '#ui/fields/record-form.tsx';
import { label } from '#ui/i18n.ts';
import { Loading, ProblemAlert } from '#ui/page.tsx';
import { type IntakeView, submitIntake } from '../../intake-contract.ts';
import { type DraftContent, useDraft } from './use-draft.ts';

const first = ['grade', 'country', 'wechat', 'source', 'remark', 'gender', 'birthday', 'mainProducts'];
const ofPeople = ['name', 'position', 'department', 'phones', 'emails', 'wechat'];
const fillable = (field: FieldDefinition) => !field.readOnly && field.type !== 'score';

/** Typing an intake: saved while typing, checked when handed in. */
export function IntakeForm({ intake, initial }: { intake?: IntakeView; initial: DraftContent }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const client = useQueryClient();
  const customer = useDictionary('customer');
  const contact = useDictionary('contact');
  const draft = useDraft(intake, initial);
  const [all, setAll] = useState(false);
  const [sending, setSending] = useState(false);
  const [refusal, setRefusal] = useState<Problem | null>(null);
  const { found } = useCustomerLookAlikes(draft.content.kind, draft.content.values);
  if (!customer || !contact) return <Loading />;
  const { content, change } = draft;
  const possible = customer.fields.filter(
    (field) => fillable(field) && (field.kinds === null || field.kinds.includes(content.kind)),
  );
  const people = contact.fields.filter((field) => fillable(field) && (ofPeople.includes(field.key) || field.required));
  const pathOf = (person: number) => `contacts.${person}.values.`;
  const { errors, rest } = atFields(
    refusal,
    'collectedOn',
    ...possible.map((field) => field.key),
    ...content.contacts.flatMap((_, index) => people.map((field) => `${pathOf(index)}${field.key}`)),
  );
  const unsaved = atFields(draft.problem, 'collectedOn');
  const shown = possible.filter(
    (field) =>
      all ||
      field.required ||
      field.weight >= 2 ||
      !field.builtin ||
      first.includes(field.key) ||
      errors[field.key] !== undefined ||
      (content.values[field.key] ?? null) !== null,
  );
  const submit = async () => {
    setSending(true);
    setRefusal(null);
    try {
      await draft.flush(true);
      const saved = draft.saved();
      if (!saved) return;
      const done = await call(submitIntake, { params: { id: saved.id }, ifMatch: saved.version, body: {} }).catch(
        (problem: Problem) => {
          // Handed in already, and only the answer was lost when the network broke off.
          const { current } = (problem.data ?? {}) as { current?: IntakeView };
          if (problem.status === 412 && current?.state === 'submitted') return current;
          throw problem;
        },
      );
      await invalidate(client, ['/intakes', '/approvals']);
      void message.success(t('collection.intake.submitted'));
      void navigate({ to: '/intakes/$id', params: { id: done.id } });
    } catch (error) {
      setRefusal(error as Problem);
    } finally {
      setSending(false);
    }
  };
  const setPerson = (index: number, key: string, value: unknown) =>
    change({
      contacts: content.contacts.map((item, at) =>
        at === index ? { values: { ...item.values, [key]: value ?? undefined } } : item,
      ),
    });
  /** What no field below says, with the fields by their names. */
  const named = (problem: Problem | null): Problem | null => {
    if (!problem) return null;
    const nameOf = (field: string) => {
      const [, index, key = field.replace(/^values\./, '')] = /^contacts\.(\d+)\.values\.(.*)$/.exec(field) ?? [];
      const found = (index === undefined ? customer : contact).byKey.get(key.split('.')[0] ?? '');
      const text = found ? label(found.label) : key;
      return index === undefined ? text : `${t('collection.intake.personNumber', { n: Number(index) + 1 })} ${text}`;
    };
    const list = problem.errors.map((error) => ({ ...error, field: nameOf(error.field) }));
    return new Problem(problem.status, problem.code, { message: problem.message, errors: list });
  };
  return (
    <form
      noValidate
      className="panel"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <p className="muted small" aria-live="polite">
        {t(`collection.intake.saveStates.${draft.state}`)}
      </p>
      <ProblemAlert problem={named(unsaved.rest)} onRetry={() => void draft.flush().catch(() => undefined)} />
      <FormField id="intake-kind" label={t('collection.intake.kind')}>
        <Radio.Group
          id="intake-kind"
          optionType="button"
          value={content.kind}
          onChange={(event) => change({ kind: event.target.value })}
          options={customerKinds.map((item) => ({ value: item, label: t(`ui.kind.${item}`) }))}
        />
      </FormField>
      <div className="grid-2">
        <FormField
          id="intake-day"
          label={t('collection.intake.collectedOn')}
          help={t('collection.intake.collectedHelp')}
          error={errors.collectedOn ?? unsaved.errors.collectedOn}
        >
          <DayInput
            id="intake-day"
            value={content.collectedOn}
            onChange={(day) => day && change({ collectedOn: day })}
          />
        </FormField>
        <FormField id="intake-source" label={t('collection.intake.source')}>
          <Select
            id="intake-source"
            className="full-width"
            value={content.source}
            options={namedSources.map((item) => ({ value: item, label: t(`ui.source.${item}`) }))}
            onChange={(source) => change({ source })}
          />
        </FormField>
      </div>
      <RecordForm
        key={content.kind}
        prefix="intake"
        fields={shown}
        values={content.values}
        errors={errors}
        labels={intake?.labels}
        onChange={(key, value) => change({ values: { ...content.values, [key]: value ?? undefined } })}
      />
      <div className="row form-buttons">
        <Button onClick={() => setAll(!all)}>
          {t(all ? 'collection.intake.fewer' : 'collection.intake.allFields')}
        </Button>
      </div>
      <h2>{t('collection.intake.people')}</h2>
      {content.contacts.map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: people of a draft have no id; they are only added at the end.
        <fieldset key={index} className="block" aria-label={t('collection.intake.personNumber', { n: index + 1 })}>
          <RecordForm
            prefix={`person-${index}`}
            fields={people}
            values={item.values}
            errors={errors}
            path={pathOf(index)}
            onChange={(key, value) => setPerson(index, key, value)}
          />
          <Button
            size="small"
            icon={<DeleteOutlined aria-hidden />}
            onClick={() => change({ contacts: content.contacts.filter((_, at) => at !== index) })}
          >
            {t('collection.intake.removePerson')}
          </Button>
        </fieldset>
      ))}
      <div className="row form-buttons">
        <Button
          icon={<PlusOutlined aria-hidden />}
          disabled={content.contacts.length >= 20}
          onClick={() => change({ contacts: [...content.contacts, { values: {} }] })}
        >
          {t('collection.intake.addPerson')}
        </Button>
      </div>
      <FormField id="intake-note" label={t('collection.intake.note')}>
        <Input.TextArea
          id="intake-note"
          autoSize={{ minRows: 2 }}
          maxLength={2000}
          value={content.note}
          onChange={(event) => change({ note: event.target.value })}
        />
      </FormField>
      <CustomerLookAlikes found={found} meanwhile />
      <ProblemAlert problem={named(rest)} />
      <div className="row form-buttons">
        <Button type="primary" htmlType="submit" loading={sending}>
          {t('collection.intake.submit')}
        </Button>
        <Button type="text" onClick={() => void navigate({ to: '/intakes' })}>
          {t('collection.intake.later')}
        </Button>
      </div>
    </form>
  );
}

import { App, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { countCustomers } from '#modules/customers/contract.ts';
import { useDictionary } from '#modules/fields/web/index.tsx';
import { useEndpoint, useSend } from '#ui/api.ts';
import { ConditionBuilder, useCondition, type WrittenCondition } from '#ui/fields/condition-builder.tsx';
import { CountInput } from '#ui/fields/count-input.tsx';
import { DayInput } from '#ui/fields/day-input.tsx';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { companyToday, formatNumber } from '#ui/format.ts';
import { Loading, ProblemAlert } from '#ui/page.tsx';
import {
  createRevision,
  getRevisionSettings,
  type RevisionSettings,
  updateRevisionSettings,
} from '../revision-contract.ts';

/** Which customers are gone through, and how many that are. */
function Scope({ condition, error }: { condition: WrittenCondition; error?: string }) {
  const { t } = useTranslation();
  const dictionary = useDictionary('customer');
  const count = useEndpoint(
    countCustomers,
    { query: { filter: condition.value ? JSON.stringify(condition.value) : undefined } },
    { retry: false },
  );
  if (!dictionary) return <Loading />;
  return (
    <section aria-label={t('quality.revision.scope')}>
      <p className="muted">{t('quality.revision.scopeHelp')}</p>
      <ConditionBuilder id="revision-scope" fields={dictionary.fields} condition={condition} error={error} />
      <ProblemAlert problem={count.error} />
      <p className="muted" aria-live="polite">
        {count.data
          ? t(count.data.exact ? 'quality.revision.scopeCount' : 'quality.revision.scopeAbout', {
              n: formatNumber(count.data.value),
            })
          : ''}
      </p>
    </section>
  );
}

/** Starts a full revision. */
export function RevisionDialog({ onClose }: { onClose(): void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const create = useSend(createRevision, ['/revisions']);
  const [name, setName] = useState('');
  const [dueOn, setDueOn] = useState(companyToday(20));
  const scope = useCondition();
  const { errors, rest } = atFields(create.error, 'name', 'dueOn', 'scope');
  const save = () =>
    create.mutate(
      { body: { name, dueOn, ...(scope.value ? { scope: scope.value } : {}) } },
      {
        onSuccess: () => {
          void message.success(t('quality.revision.started'));
          onClose();
        },
      },
    );
  return (
    <Modal
      open
      width={760}
      title={t('quality.revision.new')}
      okText={t('quality.revision.start')}
      cancelText={t('ui.cancel')}
      confirmLoading={create.isPending}
      okButtonProps={{ disabled: scope.unfinished }}
      onOk={save}
      onCancel={onClose}
    >
      <ProblemAlert problem={rest} />
      <div className="grid-2">
        <FormField id="revision-name" label={t('quality.revision.name')} required error={errors.name}>
          <Input id="revision-name" maxLength={80} value={name} onChange={(event) => setName(event.target.value)} />
        </FormField>
        <FormField id="revision-due" label={t('quality.revision.dueOn')} required error={errors.dueOn}>
          <DayInput id="revision-due" value={dueOn} onChange={(day) => setDueOn(day ?? '')} />
        </FormField>
      </div>
      <Scope condition={scope} error={errors.scope} />
    </Modal>
  );
}

/** How often a revision starts by itself. */
export function RevisionSettingsDialog({ onClose }: { onClose(): void }) {
  const { t } = useTranslation();
  const { data, error } = useEndpoint(getRevisionSettings, {}, { staleTime: 0 });
  if (data) return <RevisionSettingsForm settings={data} onClose={onClose} />;
  return (
    <Modal open width={760} title={t('quality.revision.settings')} footer={null} onCancel={onClose}>
      {error ? <ProblemAlert problem={error} /> : <Loading />}
    </Modal>
  );
}

function RevisionSettingsForm({ settings, onClose }: { settings: RevisionSettings; onClose(): void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const save = useSend(updateRevisionSettings, ['/revision-settings']);
  const [draft, setDraft] = useState(settings);
  const scope = useCondition(settings.scope);
  const { errors, rest } = atFields(save.error, 'months', 'days', 'nextOn', 'scope');
  return (
    <Modal
      open
      width={760}
      title={t('quality.revision.settings')}
      okText={t('ui.save')}
      cancelText={t('ui.cancel')}
      confirmLoading={save.isPending}
      okButtonProps={{ disabled: scope.unfinished }}
      onOk={() => {
        const { version, ...body } = { ...draft, scope: scope.value ?? null };
        save.mutate(
          { ifMatch: version, body },
          {
            onSuccess: () => {
              void message.success(t('ui.saved'));
              onClose();
            },
          },
        );
      }}
      onCancel={onClose}
    >
      <ProblemAlert problem={rest} />
      <div className="grid-2">
        <FormField
          id="revision-months"
          label={t('quality.revision.months')}
          help={t('quality.revision.monthsHelp')}
          error={errors.months}
        >
          <CountInput
            id="revision-months"
            value={draft.months}
            onChange={(value) => setDraft({ ...draft, months: value })}
          />
        </FormField>
        <FormField id="revision-days" label={t('quality.revision.daysGiven')} error={errors.days}>
          <CountInput id="revision-days" value={draft.days} onChange={(value) => setDraft({ ...draft, days: value })} />
        </FormField>
        <FormField id="revision-next" label={t('quality.revision.nextOn')} error={errors.nextOn}>
          <DayInput
            id="revision-next"
            value={draft.nextOn}
            onChange={(day) => setDraft({ ...draft, nextOn: day ?? '' })}
          />
        </FormField>
      </div>
      <Scope condition={scope} error={errors.scope} />
    </Modal>
  );
}

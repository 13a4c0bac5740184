import { App, Input, InputNumber, Modal } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { countCustomers } from '#modules/customers/contract.ts';
import { useDictionary } from '#modules/fields/web/index.tsx';
import type { Condition } from '#shared/conditions.ts';
import { operatorsFor } from '#shared/operators.ts';
import { useEndpoint, useSend } from '#ui/api.ts';
import { ConditionBuilder } from '#ui/fields/condition-builder.tsx';
import { errorsByField, FormField } from '#ui/fields/form-field.tsx';
import { companyToday, formatNumber } from '#ui/format.ts';
import { Loading, ProblemAlert } from '#ui/page.tsx';
import {
  createRevision,
  getRevisionSettings,
  type RevisionSettings,
  updateRevisionSettings,
} from '../revision-contract.ts';

/** Which customers are gone through, and how many that are. */
function Scope({
  value,
  current,
  onChange,
}: {
  value: Condition | undefined;
  current: Condition | undefined;
  onChange(value: Condition | undefined, unfinished: boolean): void;
}) {
  const { t } = useTranslation();
  const dictionary = useDictionary('customer');
  const count = useEndpoint(
    countCustomers,
    { query: { filter: current ? JSON.stringify(current) : undefined } },
    { retry: false },
  );
  if (!dictionary) return <Loading />;
  const fields = dictionary.fields.filter((field) => field.filterable && operatorsFor(field.type).length > 0);
  return (
    <section aria-label={t('quality.revision.scope')}>
      <p className="muted">{t('quality.revision.scopeHelp')}</p>
      <ConditionBuilder fields={fields} value={value} onChange={onChange} />
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
  const [scope, setScope] = useState<Condition | undefined>(undefined);
  const [unfinished, setUnfinished] = useState(false);
  const key = useRef(crypto.randomUUID());
  const errors = errorsByField(create.error?.errors ?? []);
  const save = () =>
    create.mutate(
      { body: { name, dueOn, ...(scope ? { scope } : {}) }, idempotencyKey: key.current },
      {
        onSuccess: () => {
          void message.success(t('quality.revision.started'));
          onClose();
        },
        onError: (error) => {
          if (error.status !== 0) key.current = crypto.randomUUID();
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
      okButtonProps={{ disabled: unfinished }}
      onOk={save}
      onCancel={onClose}
    >
      <ProblemAlert problem={create.error && create.error.errors.length === 0 ? create.error : null} />
      <div className="grid-2">
        <FormField id="revision-name" label={t('quality.revision.name')} required error={errors.name}>
          <Input id="revision-name" maxLength={80} value={name} onChange={(event) => setName(event.target.value)} />
        </FormField>
        <FormField id="revision-due" label={t('quality.revision.dueOn')} required error={errors.dueOn}>
          <Input id="revision-due" type="date" value={dueOn} onChange={(event) => setDueOn(event.target.value)} />
        </FormField>
      </div>
      <Scope
        value={undefined}
        current={scope}
        onChange={(next, open) => {
          setScope(next);
          setUnfinished(open);
        }}
      />
    </Modal>
  );
}

/** How often a revision starts by itself. */
export function RevisionSettingsDialog({ onClose }: { onClose(): void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { data, error } = useEndpoint(getRevisionSettings, {}, { staleTime: 0 });
  const save = useSend(updateRevisionSettings, ['/revision-settings']);
  const [draft, setDraft] = useState<RevisionSettings | null>(null);
  useEffect(() => {
    if (data) setDraft(data);
  }, [data]);
  const errors = errorsByField(save.error?.errors ?? []);
  const problem = error ?? (save.error?.errors.length === 0 ? save.error : null);
  return (
    <Modal
      open
      width={760}
      title={t('quality.revision.settings')}
      okText={t('ui.save')}
      cancelText={t('ui.cancel')}
      confirmLoading={save.isPending}
      okButtonProps={{ disabled: !draft }}
      onOk={() => {
        if (!draft) return;
        const { version, ...body } = draft;
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
      <ProblemAlert problem={problem} />
      {draft ? (
        <>
          <div className="grid-2">
            <FormField
              id="revision-months"
              label={t('quality.revision.months')}
              help={t('quality.revision.monthsHelp')}
              error={errors.months}
            >
              <InputNumber
                id="revision-months"
                min={0}
                max={24}
                value={draft.months}
                onChange={(value) => setDraft({ ...draft, months: value ?? 0 })}
              />
            </FormField>
            <FormField id="revision-days" label={t('quality.revision.daysGiven')} error={errors.days}>
              <InputNumber
                id="revision-days"
                min={1}
                max={180}
                value={draft.days}
                onChange={(value) => setDraft({ ...draft, days: value ?? 1 })}
              />
            </FormField>
            <FormField id="revision-next" label={t('quality.revision.nextOn')} error={errors.nextOn}>
              <Input
                id="revision-next"
                type="date"
                value={draft.nextOn}
                onChange={(event) => setDraft({ ...draft, nextOn: event.target.value })}
              />
            </FormField>
          </div>
          <Scope
            value={data?.scope ?? undefined}
            current={draft.scope ?? undefined}
            onChange={(scope) => setDraft((before) => (before ? { ...before, scope: scope ?? null } : before))}
          />
        </>
      ) : (
        <Loading />
      )}
    </Modal>
  );
}

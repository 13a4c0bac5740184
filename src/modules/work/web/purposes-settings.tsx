import { Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEndpoint, useSend } from '#ui/api.ts';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { clauses } from '#ui/format.ts';
import {
  createVisitPurpose,
  listVisitPurposes,
  retireVisitPurpose,
  updateVisitPurpose,
  type VisitPurpose,
} from '../visit-contract.ts';
import { SettingsDialog, SettingsList } from './settings-list.tsx';

const stale = ['/visit-purposes'];

/** What customers are visited for, and what is to be seen to each time. */
export function PurposesSettings() {
  const { t } = useTranslation();
  const list = useEndpoint(listVisitPurposes);
  const retire = useSend(retireVisitPurpose, stale);
  return (
    <SettingsList
      items={list.data?.items}
      problem={list.error ?? retire.error}
      texts={{
        add: t('work.settings.addPurpose'),
        none: t('work.settings.noPurposes'),
        remove: t('work.settings.retirePurpose'),
      }}
      detail={(item) => clauses(item.checklist)}
      onRetry={() => void list.refetch()}
      onRemove={(item) => retire.mutate({ params: { id: item.id }, ifMatch: item.version })}
      form={(item, onClose) => <PurposeForm purpose={item} onClose={onClose} />}
    />
  );
}

function PurposeForm({ purpose, onClose }: { purpose?: VisitPurpose; onClose(): void }) {
  const { t } = useTranslation();
  const create = useSend(createVisitPurpose, stale);
  const update = useSend(updateVisitPurpose, stale);
  const [name, setName] = useState(purpose?.name ?? '');
  const [lines, setLines] = useState((purpose?.checklist ?? []).join('\n'));
  const { errors, rest } = atFields(create.error ?? update.error, 'name', 'checklist');
  const checklist = lines
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return (
    <SettingsDialog
      title={t(purpose ? 'work.settings.purpose' : 'work.settings.addPurpose')}
      create={create}
      update={update}
      item={purpose}
      body={{ name, checklist }}
      rest={rest}
      onClose={onClose}
    >
      <FormField id="purpose-name" label={t('work.settings.name')} required error={errors.name}>
        <Input id="purpose-name" maxLength={100} value={name} onChange={(event) => setName(event.target.value)} />
      </FormField>
      <FormField
        id="purpose-checklist"
        label={t('work.visit.checklist')}
        help={t('work.visit.checklistHelp')}
        error={errors.checklist}
      >
        <Input.TextArea
          id="purpose-checklist"
          autoSize={{ minRows: 4, maxRows: 14 }}
          value={lines}
          onChange={(event) => setLines(event.target.value)}
        />
      </FormField>
    </SettingsDialog>
  );
}

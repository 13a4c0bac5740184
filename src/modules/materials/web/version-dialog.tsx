import { useQueryClient } from '@tanstack/react-query';
import { App, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Problem } from '#shared/errors.ts';
import { invalidate, upload } from '#ui/api.ts';
import { FormField } from '#ui/fields/form-field.tsx';
import { addMaterialVersion, type MaterialDetail } from '../contract.ts';
import { FileField } from './file-field.tsx';
import { materialStale } from './material-form.tsx';

/** Uploads the next version. */
export function VersionDialog({ material, onClose }: { material: MaterialDetail; onClose(): void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const [file, setFile] = useState<File>();
  const [note, setNote] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const save = async () => {
    if (!file) return setError(t('errors.input.required'));
    setBusy(true);
    try {
      await upload(addMaterialVersion, file, { note }, { params: { id: material.id } });
      await invalidate(client, materialStale);
      void message.success(t('ui.saved'));
      onClose();
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      setError(problem.message);
      setBusy(false);
    }
  };
  return (
    <Modal
      open
      title={t('materials.newVersion')}
      okText={t('ui.save')}
      okButtonProps={{ loading: busy }}
      cancelText={t('ui.cancel')}
      onCancel={onClose}
      onOk={() => void save()}
    >
      {material.edition > 0 ? <p className="muted">{t('materials.newVersionText')}</p> : null}
      <FileField
        file={file}
        error={error}
        onChange={(next) => {
          setFile(next);
          setError(undefined);
        }}
      />
      <FormField id="material-note" label={t('materials.uploadNote')}>
        <Input id="material-note" maxLength={500} value={note} onChange={(event) => setNote(event.target.value)} />
      </FormField>
    </Modal>
  );
}

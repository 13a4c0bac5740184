import { App, Button, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Problem } from '#shared/errors.ts';
import { upload, useSend } from '#ui/api.ts';
import { DayInput } from '#ui/fields/day-input.tsx';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { ProblemAlert } from '#ui/page.tsx';
import {
  addMaterialVersion,
  createMaterial,
  type MaterialDetail,
  materialKinds,
  materialLanguages,
  updateMaterial,
} from '../contract.ts';
import { FileField } from './file-field.tsx';

export const materialStale = ['/materials', '/material-sends'];

interface Props {
  material?: MaterialDetail;
  onClose(saved?: MaterialDetail): void;
}

/** What is said about a material; a new one gets its first file in the same step. */
export function MaterialForm({ material, onClose }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const create = useSend(createMaterial, materialStale);
  const update = useSend(updateMaterial, materialStale);
  /** Made already, its file was refused: the next try only uploads. */
  const [made, setMade] = useState<MaterialDetail>();
  const [file, setFile] = useState<File>();
  const [busy, setBusy] = useState(false);
  const [fileProblem, setFileProblem] = useState<Problem | null>(null);
  const [form, setForm] = useState({
    title: material?.title ?? '',
    kind: material?.kind ?? ('brochure' as const),
    language: material?.language ?? ('zh' as const),
    product: material?.product ?? '',
    summary: material?.summary ?? '',
    validUntil: material?.validUntil ?? '',
  });
  const set = (change: Partial<Record<keyof typeof form, string>>) =>
    setForm((before) => ({ ...before, ...change }) as typeof form);
  const problem = create.error ?? update.error;
  const { errors, rest } = atFields(problem, 'title', 'kind', 'language', 'product', 'summary', 'validUntil');
  const known = material ?? made;
  const save = async () => {
    setBusy(true);
    setFileProblem(null);
    const body = { ...form, validUntil: form.validUntil || null };
    let saved: MaterialDetail | undefined;
    try {
      saved = known
        ? await update.mutateAsync({ params: { id: known.id }, ifMatch: known.version, body })
        : await create.mutateAsync({ body });
      if (!material) setMade(saved);
      const done = file && !material ? await upload(addMaterialVersion, file, {}, { params: { id: saved.id } }) : saved;
      void message.success(t('ui.saved'));
      onClose(done);
    } catch (error) {
      // What was refused before the file was sent is told by `problem`.
      if (saved && error instanceof Problem) setFileProblem(error);
    } finally {
      setBusy(false);
    }
  };
  const text = (name: 'title' | 'product', label: string, maxLength: number, help?: string) => (
    <FormField id={`material-${name}`} label={label} required={name === 'title'} error={errors[name]} help={help}>
      <Input
        id={`material-${name}`}
        maxLength={maxLength}
        value={form[name]}
        onChange={(event) => set({ [name]: event.target.value })}
      />
    </FormField>
  );
  return (
    <Modal
      open
      width={640}
      title={t(material ? 'materials.edit' : 'materials.add')}
      mask={{ closable: false }}
      onCancel={() => onClose(made)}
      footer={
        <>
          <Button onClick={() => onClose(made)}>{t('ui.cancel')}</Button>
          <Button type="primary" loading={busy} onClick={() => void save()}>
            {t('ui.save')}
          </Button>
        </>
      }
    >
      {material ? null : <p className="muted">{t('materials.addText')}</p>}
      <ProblemAlert problem={rest} />
      {text('title', t('materials.titleField'), 200)}
      <div className="grid-2">
        <FormField id="material-kind" label={t('materials.kind')} error={errors.kind}>
          <Select
            id="material-kind"
            className="full-width"
            value={form.kind}
            options={materialKinds.map((kind) => ({ value: kind, label: t(`materials.kinds.${kind}`) }))}
            onChange={(kind) => set({ kind })}
          />
        </FormField>
        <FormField id="material-language" label={t('materials.language')} error={errors.language}>
          <Select
            id="material-language"
            className="full-width"
            value={form.language}
            options={materialLanguages.map((code) => ({ value: code, label: t(`materials.languages.${code}`) }))}
            onChange={(language) => set({ language })}
          />
        </FormField>
        {text('product', t('materials.product'), 200, t('materials.productHelp'))}
        <FormField
          id="material-valid"
          label={t('materials.validUntil')}
          help={t('materials.validUntilHelp')}
          error={errors.validUntil}
        >
          <DayInput
            id="material-valid"
            max="9999-12-31"
            value={form.validUntil}
            onChange={(day) => set({ validUntil: day ?? '' })}
          />
        </FormField>
      </div>
      <FormField
        id="material-summary"
        label={t('materials.summary')}
        help={t('materials.summaryHelp')}
        error={errors.summary}
      >
        <Input.TextArea
          id="material-summary"
          autoSize={{ minRows: 2, maxRows: 8 }}
          maxLength={2000}
          value={form.summary}
          onChange={(event) => set({ summary: event.target.value })}
        />
      </FormField>
      {material ? null : <FileField file={file} onChange={setFile} error={fileProblem?.message} />}
    </Modal>
  );
}

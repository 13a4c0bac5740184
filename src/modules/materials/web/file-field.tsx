import './materials.css';
import { useTranslation } from 'react-i18next';
import { FormField } from '#ui/fields/form-field.tsx';
import { FileButton } from '#ui/file-button.tsx';
import { materialFileLimit, materialFileTypes } from '../contract.ts';
import { sizeText } from './size-text.ts';

/** The file of a version, with what is accepted and what the server said about it. */
export function FileField({
  file,
  onChange,
  error,
}: {
  file: File | undefined;
  onChange(file: File | undefined): void;
  error?: string;
}) {
  const { t } = useTranslation();
  const tooLarge = file && file.size > materialFileLimit;
  const limit = materialFileLimit / 1024 / 1024;
  return (
    <FormField
      id="material-file"
      label={t('materials.file')}
      help={t('materials.fileHelp', { kinds: materialFileTypes.join(' '), limit })}
      error={tooLarge ? t('errors.material.fileTooLarge', { limit }) : error}
    >
      <div className="row">
        <FileButton
          id="material-file"
          aria-label={t('ui.chooseFile')}
          accept={materialFileTypes.map((type) => `.${type}`).join(',')}
          onFiles={([chosen]) => onChange(chosen)}
        >
          {t('ui.chooseFile')}
        </FileButton>
        {file ? (
          <span className="wrap">
            {file.name} <span className="muted small">{sizeText(file.size, t)}</span>
          </span>
        ) : null}
      </div>
    </FormField>
  );
}

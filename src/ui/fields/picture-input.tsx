import { PictureOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Problem } from '#shared/errors.ts';
import { FileButton } from '#ui/file-button.tsx';
import { useLookups } from './lookups.tsx';

const accept = 'image/jpeg,image/png,image/webp';

/** Chooses a picture: it is sent at once and becomes the value when the field is saved. */
export function PictureInput({ id, value, onChange }: { id: string; value: unknown; onChange(value: unknown): void }) {
  const { t } = useTranslation();
  const { picture } = useLookups();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const send = async ([file]: File[]) => {
    if (!file) return;
    setBusy(true);
    setError(undefined);
    try {
      onChange(await picture.send(file));
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      setError(problem.message);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="picture-input">
      {typeof value === 'string' ? <img className="field-picture" src={picture.address(value)} alt="" /> : null}
      <div className="row">
        <FileButton
          id={id}
          icon={<PictureOutlined aria-hidden />}
          accept={accept}
          loading={busy}
          onFiles={(files) => void send(files)}
        >
          {t('ui.choosePicture')}
        </FileButton>
        {value ? (
          <Button type="text" onClick={() => onChange(null)}>
            {t('ui.removePicture')}
          </Button>
        ) : null}
      </div>
      {error ? (
        <div className="form-error small" role="alert">
          {error}
        </div>
      ) : null}
    </div>
  );
}

import './carry.css';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { downloadUrl } from '#ui/api.ts';
import { capturePhoto } from '../../capture-contract.ts';

interface Props {
  entry: { kind: string; subjectId: string; data: Record<string, unknown> | null };
}

/** What was captured in the moment, with its photo, on the customer it became. */
export default function CaptureTimelineEntry({ entry }: Props) {
  const { t } = useTranslation();
  const [hidden, setHidden] = useState(entry.data?.hasPhoto !== true);
  const photo = downloadUrl(capturePhoto, { params: { id: entry.subjectId } });
  const texts = ['name', 'number', 'note'].flatMap((key) => {
    const value = entry.data?.[key];
    return typeof value === 'string' && value ? [value] : [];
  });
  return (
    <div className="capture-item">
      {hidden ? null : (
        <a href={photo} target="_blank" rel="noreferrer">
          <img src={photo} alt={t('work.capture.photo')} loading="lazy" onError={() => setHidden(true)} />
        </a>
      )}
      <p className="carry-body">{texts.join(' · ')}</p>
    </div>
  );
}

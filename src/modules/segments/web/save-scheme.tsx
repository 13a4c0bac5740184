import { App, Button } from 'antd';
import { useTranslation } from 'react-i18next';

/** Saves thresholds or rules; what is wrong with them is shown beside the fields by whoever holds the draft. */
export function SaveScheme({
  disabled = false,
  saving,
  save,
}: {
  disabled?: boolean;
  saving: boolean;
  save(): Promise<unknown>;
}) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const saved = () => void message.success(t('segments.savedForRun'));
  return (
    <Button type="primary" disabled={disabled} loading={saving} onClick={() => void save().then(saved, () => {})}>
      {t('ui.save')}
    </Button>
  );
}

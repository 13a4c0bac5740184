import { Alert, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useInView } from './in-view.ts';

/** Somebody else saved what is being written here: it neither replaces what is typed nor is overwritten unseen. */
export function NewerSaved({ onTake }: { onTake(): void }) {
  const { t } = useTranslation();
  const alert = useInView(true);
  return (
    <Alert
      ref={alert}
      type="warning"
      showIcon
      className="problem"
      title={t('ui.newer.saved')}
      description={
        <Button size="small" onClick={onTake}>
          {t('ui.newer.take')}
        </Button>
      }
    />
  );
}

import { App, Button } from 'antd';
import { useTranslation } from 'react-i18next';

/** Copies a text and says so. */
export function CopyButton({ text, name }: { text: string; name: string }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  return (
    <Button
      size="small"
      autoInsertSpace={false}
      aria-label={t('collection.forms.copyOf', { name })}
      onClick={() =>
        void navigator.clipboard.writeText(text).then(
          () => message.success(t('collection.forms.copied')),
          () => message.info(text),
        )
      }
    >
      {t('collection.forms.copy')}
    </Button>
  );
}

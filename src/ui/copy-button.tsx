import { App, Button } from 'antd';
import { useTranslation } from 'react-i18next';

/** Copies a text and says so; where the browser does not let a page copy (no https), shows it to be copied by hand. */
export function CopyButton({ text, name }: { text: string; name: string }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      void message.success(t('ui.copied'));
    } catch {
      void message.info(text, 10);
    }
  };
  return (
    <Button size="small" aria-label={t('ui.copyOf', { name })} onClick={() => void copy()}>
      {t('ui.copy')}
    </Button>
  );
}

import { GlobalOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { setLanguage } from './i18n.ts';
import { usePageTitle } from './page.tsx';

/** Frame of pages that need no session. */
export function PublicPage({ title, children, wide = false }: { title: string; children: ReactNode; wide?: boolean }) {
  const { t, i18n } = useTranslation();
  usePageTitle(title);
  return (
    <main className={wide ? 'narrow wide' : 'narrow'}>
      <div className="page-head">
        <strong className="brand">{t('ui.product')}</strong>
        <span className="grow" />
        <Button
          type="text"
          icon={<GlobalOutlined aria-hidden />}
          onClick={() => void setLanguage(i18n.language === 'zh-CN' ? 'en-US' : 'zh-CN')}
        >
          {t('ui.otherLanguage')}
        </Button>
      </div>
      <div className="panel">
        <h1>{title}</h1>
        {children}
      </div>
    </main>
  );
}

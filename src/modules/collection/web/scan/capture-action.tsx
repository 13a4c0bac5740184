import { IdcardOutlined } from '@ant-design/icons';
import { useNavigate } from '@tanstack/react-router';
import { App, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useSend } from '#ui/api.ts';
import { scanCapture } from '../../scan-contract.ts';

/** Hands the photo of a quick capture to the reader of business cards. */
export default function CaptureScanAction({ captureId, title }: { captureId: string; title: string }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const scan = useSend(scanCapture, ['/business-cards']);
  return (
    <Button
      icon={<IdcardOutlined aria-hidden />}
      loading={scan.isPending}
      onClick={() =>
        scan.mutate(
          { body: { captureId } },
          {
            onSuccess: (card) => void navigate({ to: '/business-cards/$id', params: { id: card.id } }),
            onError: (problem) => void message.error(problem.message),
          },
        )
      }
    >
      {t('collection.scan.readCapture')}
      <span className="visually-hidden"> {title}</span>
    </Button>
  );
}

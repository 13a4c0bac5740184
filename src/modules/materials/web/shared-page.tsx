import './materials.css';
import { DownloadOutlined, FileTextOutlined } from '@ant-design/icons';
import { useParams } from '@tanstack/react-router';
import { Alert, Button, Result, Tag } from 'antd';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, downloadUrl, useEndpoint, useSend } from '#ui/api.ts';
import { Loading, ProblemAlert } from '#ui/page.tsx';
import { PublicPage } from '#ui/public-page.tsx';
import {
  acceptSharedMaterials,
  downloadSharedMaterial,
  openSharedMaterial,
  readSharedMaterial,
  refuseSharedMaterials,
  type SharedMaterial,
} from '../public-contract.ts';
import { sizeText } from './size-text.ts';

/** A person looks at a page for at least so long; programs that follow links do not. */
const looksForMs = 3000;

/** Tells the server once that a person looks: by a button, or when the page stayed in sight. */
function useOpening(token: string, there: boolean): () => void {
  const told = useRef(false);
  const tell = useCallback(() => {
    if (told.current) return;
    told.current = true;
    call(openSharedMaterial, { params: { token } }).catch(() => {
      told.current = false;
    });
  }, [token]);
  useEffect(() => {
    if (!there) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const watch = () => {
      clearTimeout(timer);
      if (document.visibilityState === 'visible') timer = setTimeout(tell, looksForMs);
    };
    watch();
    document.addEventListener('visibilitychange', watch);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', watch);
    };
  }, [there, tell]);
  return tell;
}

/** Material as its recipient sees it, without an account. */
export default function SharedMaterialPage() {
  const { t } = useTranslation();
  const { token = '' } = useParams({ strict: false }) as { token?: string };
  const found = useEndpoint(readSharedMaterial, { params: { token } }, { retry: false });
  if (found.error)
    return (
      <PublicPage title={t('materials.public.title')}>
        {found.error.status === 404 ? (
          <>
            <Result status="info" title={t('materials.public.gone')} subTitle={t('materials.public.goneHelp')} />
            <Refusal token={token} refused={false} />
          </>
        ) : (
          <ProblemAlert problem={found.error} onRetry={() => void found.refetch()} />
        )}
      </PublicPage>
    );
  if (!found.data)
    return (
      <PublicPage title={t('materials.public.title')}>
        <Loading />
      </PublicPage>
    );
  return <Shared token={token} material={found.data} />;
}

function Shared({ token, material }: { token: string; material: SharedMaterial }) {
  const { t } = useTranslation();
  const opened = useOpening(token, material.file !== null);
  const { company, sender, file } = material;
  return (
    <PublicPage title={material.title} wide>
      <p className="muted">{t('materials.public.from', { company, sender, day: material.sentOn })}</p>
      {file ? (
        <>
          {material.expired ? (
            <Alert
              type="warning"
              showIcon
              title={t('materials.public.expired', { day: material.validUntil ?? '', sender })}
            />
          ) : null}
          {material.newerExists ? (
            <Alert type="info" showIcon title={t('materials.public.newer', { n: material.edition, sender })} />
          ) : null}
          <div className="row">
            <Tag>{t(`materials.kinds.${material.kind}`)}</Tag>
            <span className="muted material-facts">
              <span>{t(`materials.languages.${material.language}`)}</span>
              {material.product ? <span>{material.product}</span> : null}
              <span>{t('materials.edition', { n: material.edition })}</span>
              {material.validUntil && !material.expired ? (
                <span>{t('materials.public.validUntil', { day: material.validUntil })}</span>
              ) : null}
            </span>
          </div>
          {material.summary ? <p className="material-summary">{material.summary}</p> : null}
          <p className="material-title">
            {file.name} <span className="muted small">{sizeText(file.size, t)}</span>
          </p>
          <div className="material-acts">
            {file.viewable ? (
              <Button
                type="primary"
                size="large"
                icon={<FileTextOutlined aria-hidden />}
                href={downloadUrl(downloadSharedMaterial, { params: { token }, query: { view: '1' } })}
                target="_blank"
                rel="noreferrer"
                onClick={opened}
              >
                {t('materials.public.open')}
              </Button>
            ) : null}
            <Button
              type={file.viewable ? 'default' : 'primary'}
              size="large"
              icon={<DownloadOutlined aria-hidden />}
              href={downloadUrl(downloadSharedMaterial, { params: { token } })}
              onClick={opened}
            >
              {t('materials.public.download')}
            </Button>
          </div>
        </>
      ) : (
        <Result
          status="info"
          title={t('materials.public.withdrawn')}
          subTitle={t('materials.public.withdrawnHelp', { company, sender })}
        />
      )}
      {material.refused === null ? null : <Refusal token={token} refused={material.refused} />}
    </PublicPage>
  );
}

/** The way to refuse; without knowing whether it came by mail (the link is over) the server says so when asked. */
function Refusal({ token, refused: before }: { token: string; refused: boolean }) {
  const { t } = useTranslation();
  const refuse = useSend(refuseSharedMaterials);
  const accept = useSend(acceptSharedMaterials);
  const [refused, setRefused] = useState(before);
  const change = () =>
    (refused ? accept : refuse).mutate({ params: { token } }, { onSuccess: (said) => setRefused(said.refused) });
  return (
    <>
      <ProblemAlert problem={refuse.error ?? accept.error} />
      <p className="muted small" role="status">
        {t(refused ? 'materials.public.refused' : 'materials.public.refuse')}{' '}
        <Button size="small" type="link" loading={refuse.isPending || accept.isPending} onClick={change}>
          {t(refused ? 'materials.public.again' : 'materials.public.agreeRefuse')}
        </Button>
      </p>
    </>
  );
}

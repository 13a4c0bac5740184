import { PlusOutlined } from '@ant-design/icons';
import { Button, Checkbox, Segmented, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type FieldChoice, fieldChoices } from '#shared/field-choices.ts';
import { recordObjects } from '#shared/fields.ts';
import { flag, oneOf, useAddress } from '#ui/address.ts';
import { useEndpoint } from '#ui/api.ts';
import { Loading, Page, ProblemAlert } from '#ui/page.tsx';
import { getWholeDictionary } from '../contract.ts';
import { ChosenFields } from './chosen-fields.tsx';
import { DesignerList, type Opened } from './designer-list.tsx';
import { FieldDialog } from './field-dialog.tsx';
import { NumberingDialog } from './numbering-dialog.tsx';
import { ReindexProgress } from './reindex-progress.tsx';
import { SectionDialog } from './section-dialog.tsx';
import './designer.css';

type Open = Opened | { kind: 'numbering' };

const choices = Object.keys(fieldChoices) as FieldChoice[];

export default function DesignerPage() {
  const { t } = useTranslation();
  const { data, error } = useEndpoint(getWholeDictionary);
  const [{ object, hidden: showHidden, only }, put] = useAddress({
    object: oneOf(recordObjects, 'customer'),
    hidden: flag(false),
    only: oneOf(choices),
  });
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);

  return (
    <Page
      title={t('fields.title')}
      actions={
        <>
          <Button onClick={() => setOpen({ kind: 'numbering' })}>{t('fields.numbering.title')}</Button>
          <Button onClick={() => setOpen({ kind: 'section' })}>{t('fields.newSection')}</Button>
          <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setOpen({ kind: 'field' })}>
            {t('fields.newField')}
          </Button>
        </>
      }
    >
      <p className="muted">{t('fields.intro')}</p>
      <div className="toolbar">
        <Segmented
          aria-label={t('ui.shown')}
          disabled={only !== undefined}
          value={object}
          onChange={(next) => put({ object: next })}
          options={recordObjects.map((item) => ({ value: item, label: t(`fields.objects.${item}`) }))}
        />
        <Select
          aria-label={t('fields.only.label')}
          placeholder={t('fields.only.label')}
          allowClear
          popupMatchSelectWidth={false}
          value={only}
          options={choices.map((value) => ({ value, label: t(`fields.only.${value}`) }))}
          onChange={(next?: FieldChoice) => put({ only: next })}
        />
        <Checkbox
          disabled={only !== undefined}
          checked={showHidden}
          onChange={(event) => put({ hidden: event.target.checked })}
        >
          {t('fields.showHidden')}
        </Checkbox>
      </div>
      <ProblemAlert problem={error} />
      <ReindexProgress />
      {data && only ? (
        <ChosenFields dictionary={data} only={only} onOpen={(field) => setOpen({ kind: 'field', field })} />
      ) : data ? (
        <DesignerList dictionary={data} object={object} showHidden={showHidden} onOpen={setOpen} />
      ) : (
        <Loading />
      )}
      {data && open?.kind === 'field' ? (
        <FieldDialog
          object={open.field?.object ?? object}
          field={open.field}
          section={open.section}
          dictionary={data}
          onClose={close}
        />
      ) : null}
      {open?.kind === 'section' ? <SectionDialog object={object} section={open.section} onClose={close} /> : null}
      {open?.kind === 'numbering' ? <NumberingDialog onClose={close} /> : null}
    </Page>
  );
}

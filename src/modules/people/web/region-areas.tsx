import { Cascader, Modal, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { continentCodes, countryCodes, countryName } from '#shared/reference/countries.ts';
import { useSend } from '#ui/api.ts';
import { byLabel } from '#ui/fields/choice-options.ts';
import { atFields, FormField } from '#ui/fields/form-field.tsx';
import { regionPath, useRegions } from '#ui/fields/regions.ts';
import { ProblemAlert } from '#ui/page.tsx';
import { listRegionAreas, type RegionAreas, setRegionAreas, type TreeNode } from '../contract.ts';

const codesOf = (areas: string[], kind: string) =>
  areas.filter((area) => area.startsWith(`${kind}:`)).map((area) => area.slice(kind.length + 1));

/** Where a sales region lies: divisions of China, countries, continents. */
export function RegionAreasDialog({
  region,
  present,
  onClose,
}: {
  region: TreeNode;
  present: RegionAreas;
  onClose(): void;
}) {
  const { t, i18n } = useTranslation();
  const save = useSend(setRegionAreas, [listRegionAreas.path, '/regions']);
  const divisions = useRegions();
  const [codes, setCodes] = useState({
    division: codesOf(present.areas, 'division'),
    country: codesOf(present.areas, 'country'),
    continent: codesOf(present.areas, 'continent'),
  });
  const nodes = divisions.data ?? [];
  const areas = Object.entries(codes).flatMap(([kind, list]) => list.map((code) => `${kind}:${code}`));
  const { errors, rest } = atFields(save.error, ...areas.map((_, index) => `areas.${index}`));
  const nameOf = (kind: string, code: string) =>
    kind === 'division'
      ? (regionPath(nodes, code).at(-1)?.name ?? code)
      : kind === 'country'
        ? countryName(code, i18n.language)
        : t(`people.structure.continent.${code}`);
  /** The first refused area of a kind, by its name. */
  const refused = (kind: string) => {
    const index = areas.findIndex((area, place) => area.startsWith(`${kind}:`) && errors[`areas.${place}`]);
    return index < 0
      ? undefined
      : `${nameOf(kind, areas[index]?.slice(kind.length + 1) ?? '')}: ${errors[`areas.${index}`]}`;
  };
  return (
    <Modal
      open
      title={t('people.structure.areasOf', { name: region.name })}
      okText={t('ui.save')}
      cancelText={t('ui.cancel')}
      okButtonProps={{ loading: save.isPending }}
      onCancel={onClose}
      onOk={() =>
        save.mutate(
          { params: { id: present.id }, ifMatch: present.version, body: { areas } },
          { onSuccess: () => onClose() },
        )
      }
    >
      <ProblemAlert problem={rest} />
      <p className="muted">{t('people.structure.areasText')}</p>
      <FormField id="areas-division" label={t('people.structure.divisions')} error={refused('division')}>
        <Cascader
          id="areas-division"
          className="full-width"
          multiple
          changeOnSelect
          loading={divisions.isPending}
          options={nodes}
          fieldNames={{ label: 'name', value: 'code', children: 'children' }}
          showSearch
          showCheckedStrategy={Cascader.SHOW_PARENT}
          value={codes.division.map((code) => regionPath(nodes, code).map((node) => node.code))}
          onChange={(paths) =>
            setCodes({ ...codes, division: paths.flatMap((path) => String(path.at(-1) ?? '') || []) })
          }
        />
      </FormField>
      <FormField id="areas-country" label={t('people.structure.countries')} error={refused('country')}>
        <Select
          id="areas-country"
          className="full-width"
          mode="multiple"
          showSearch={byLabel}
          value={codes.country}
          options={countryCodes.map((code) => ({ value: code, label: countryName(code, i18n.language) }))}
          onChange={(country) => setCodes({ ...codes, country })}
        />
      </FormField>
      <FormField id="areas-continent" label={t('people.structure.continents')} error={refused('continent')}>
        <Select
          id="areas-continent"
          className="full-width"
          mode="multiple"
          value={codes.continent}
          options={continentCodes.map((code) => ({ value: code, label: t(`people.structure.continent.${code}`) }))}
          onChange={(continent) => setCodes({ ...codes, continent })}
        />
      </FormField>
    </Modal>
  );
}

import './contacts.css';
import { useQueryClient } from '@tanstack/react-query';
import { Button, Input, Segmented, Select } from 'antd';
import { lazy, Suspense, useCallback, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Problem } from '#shared/errors.ts';
import { call, useEndpoint } from '#ui/api.ts';
import { label } from '#ui/i18n.ts';
import { EmptyState, Loading, ProblemAlert } from '#ui/page.tsx';
import { type GraphEdge, type GraphNode, relationGraph } from '../relation-contract.ts';
import { EndLink } from './end-link.tsx';
import type { End } from './end-select.tsx';
import { IntroductionsDialog } from './introductions-dialog.tsx';
import { useRelationTypes } from './relation-types.ts';

const GraphCanvas = lazy(() => import('./graph-canvas.tsx'));

interface Drawn {
  nodes: Map<string, GraphNode>;
  edges: Map<string, GraphEdge>;
}
const none: Drawn = { nodes: new Map(), edges: new Map() };

/** Nodes of the picture: as many as are drawn smoothly. */
const drawn = 1000;

/** Rows of the list at once; the picture shows all. */
const listed = 200;

/** Relations around a centre (or the newest ones), drawn and listed; each node opens further ones. */
export function RelationExplorer({ centre, tall = false }: { centre: End | null; tall?: boolean }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { types, byKey, wordsOf } = useRelationTypes();
  const [steps, setSteps] = useState(1);
  const [kinds, setKinds] = useState<string[]>([]);
  const [minStrength, setMinStrength] = useState(1);
  const [on, setOn] = useState('');
  const [selected, setSelected] = useState<string | null>(null);
  const [asking, setAsking] = useState<End | null>(null);
  const [more, setMore] = useState<Drawn>(none);
  const [failed, setFailed] = useState<Problem | null>(null);
  const filter = {
    minStrength,
    ...(kinds.length > 0 ? { types: kinds.join(',') } : {}),
    ...(on ? { on } : {}),
  };
  const query = {
    ...filter,
    limit: drawn,
    ...(centre ? { kind: centre.kind as 'customer' | 'contact', id: centre.id, steps } : {}),
  };
  const { data, error, isFetching } = useEndpoint(relationGraph, { query }, { placeholderData: (before) => before });
  const question = JSON.stringify(query);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another question begins with an empty picture
  useEffect(() => setMore(none), [question]);

  const found = useMemo(() => {
    const all = new Map((data?.nodes ?? []).map((node) => [node.id, node] as const));
    for (const [id, node] of more.nodes) all.set(id, node);
    return [...all.values()];
  }, [data, more]);
  const full = found.length > drawn;
  const nodes = useMemo(() => (full ? found.slice(0, drawn) : found), [found, full]);
  const edges = useMemo(() => {
    const all = new Map((data?.edges ?? []).map((edge) => [edge.id, edge] as const));
    for (const [id, edge] of more.edges) all.set(id, edge);
    const here = new Set(nodes.map((node) => node.id));
    return [...all.values()].filter((edge) => here.has(edge.from) && here.has(edge.to));
  }, [data, more, nodes]);
  const byId = useMemo(() => new Map(nodes.map((node) => [node.id, node] as const)), [nodes]);
  const edgeText = useCallback(
    (edge: GraphEdge) =>
      `${byId.get(edge.from)?.name ?? ''} → ${wordsOf(edge.typeKey, true)}: ${byId.get(edge.to)?.name ?? ''}`,
    [byId, wordsOf],
  );
  const edgeName = useCallback((edge: GraphEdge) => wordsOf(edge.typeKey, true), [wordsOf]);
  const directed = useCallback((edge: GraphEdge) => byKey.get(edge.typeKey)?.symmetric !== true, [byKey]);

  const expand = async (id: string) => {
    setSelected(id);
    const node = byId.get(id);
    if (!node || node.kind === 'user') return;
    const options = { query: { ...filter, kind: node.kind, id, steps: 1, limit: 200 } };
    try {
      const around = await client.fetchQuery({
        queryKey: [relationGraph.path, 'expand', options.query],
        queryFn: () => call(relationGraph, options),
        staleTime: 30_000,
      });
      setFailed(null);
      setMore((before) => ({
        nodes: new Map([...before.nodes, ...around.nodes.map((item) => [item.id, item] as const)]),
        edges: new Map([...before.edges, ...around.edges.map((item) => [item.id, item] as const)]),
      }));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      setFailed(error);
    }
  };
  const options = [
    ...types.filter((type) => !type.hidden).map((type) => ({ value: type.key, label: label(type.name) })),
    ...['worksAt', 'reportsTo'].map((key) => ({ value: key, label: t(`relations.ties.${key}`) })),
  ];
  const narrowed = kinds.length > 0 || minStrength > 1 || on !== '';
  const emptyText = narrowed ? 'relations.page.noneMatch' : centre ? 'relations.none' : 'relations.page.empty';
  const chosen = selected ? byId.get(selected) : undefined;
  return (
    <section className="panel" aria-label={t('relations.graph')}>
      <div className="bar">
        {centre ? (
          <Segmented
            aria-label={t('relations.page.steps')}
            value={steps}
            onChange={setSteps}
            options={[1, 2, 3].map((n) => ({ value: n, label: t('relations.page.stepsOf', { n }) }))}
          />
        ) : null}
        <Select
          mode="multiple"
          className="relation-kinds"
          maxTagCount="responsive"
          aria-label={t('relations.page.types')}
          placeholder={t('relations.page.types')}
          showSearch={{ optionFilterProp: 'label' }}
          value={kinds}
          options={options}
          onChange={setKinds}
        />
        <Select
          aria-label={t('relations.page.minStrength')}
          value={minStrength}
          popupMatchSelectWidth={false}
          onChange={setMinStrength}
          options={[1, 2, 3, 4, 5].map((level) => ({
            value: level,
            label: t('relations.page.strengthAtLeast', { name: t(`relations.strengths.${level}`) }),
          }))}
        />
        <Input
          type="date"
          className="relation-day"
          aria-label={t('relations.page.on')}
          prefix={t('relations.page.on')}
          value={on}
          onChange={(event) => setOn(event.target.value)}
        />
        <span className="muted small" role="status">
          {t('relations.page.nodes', { n: nodes.length, m: edges.length })}
          {full || data?.truncated ? ` · ${t(`relations.page.${full ? 'full' : 'truncated'}`, { n: drawn })}` : ''}
        </span>
      </div>
      <ProblemAlert problem={error ?? failed} />
      {!data && isFetching ? <Loading /> : null}
      {data && nodes.length < 2 ? <EmptyState text={t(emptyText)} /> : null}
      {nodes.length > 1 ? (
        <>
          <p className="muted small">
            {t('relations.page.pick')} <span className="legend-customer">■</span>{' '}
            {t('relations.typesPage.kinds.customer')} <span className="legend-person">●</span>{' '}
            {t('relations.typesPage.kinds.contact')}
          </p>
          <div className={tall ? 'relation-picture tall' : 'relation-picture'}>
            <Suspense fallback={<Loading />}>
              <GraphCanvas
                nodes={nodes}
                edges={edges}
                centreId={centre?.id ?? null}
                selectedId={selected}
                edgeText={edgeText}
                edgeName={edgeName}
                directed={directed}
                onSelect={(id) => void expand(id)}
              />
            </Suspense>
          </div>
          {chosen ? (
            <div className="bar selection" role="status">
              <span className="muted">{t('relations.page.selected')}</span>
              <EndLink end={chosen} />
              <span className="muted small">{chosen.detail}</span>
              <span className="grow" />
              {chosen.kind === 'user' ? null : (
                <Button size="small" onClick={() => setAsking({ kind: chosen.kind, id: chosen.id, name: chosen.name })}>
                  {t('relations.introductions.title')}
                </Button>
              )}
            </div>
          ) : null}
          <EdgeList edges={edges} byId={byId} words={wordsOf} onExpand={(id) => void expand(id)} />
        </>
      ) : null}
      {asking ? <IntroductionsDialog of={asking} onClose={() => setAsking(null)} /> : null}
    </section>
  );
}

interface EdgeListProps {
  edges: GraphEdge[];
  byId: Map<string, GraphNode>;
  words(key: string, outward: boolean): string;
  onExpand(id: string): void;
}

/** The picture's equivalent: each tie as a sentence, both ends to open or expand by keyboard. */
function EdgeList({ edges, byId, words, onExpand }: EdgeListProps) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(20);
  const end = (id: string) => {
    const node = byId.get(id);
    return node ? (
      <span className="nowrap">
        <EndLink end={node} />
        {node.kind === 'user' ? null : (
          <Button
            size="small"
            type="text"
            aria-label={t('relations.page.expand', { name: node.name })}
            onClick={() => onExpand(id)}
          >
            ⊕
          </Button>
        )}
      </span>
    ) : null;
  };
  return (
    <>
      <h2>{t('relations.page.listTitle')}</h2>
      <ul className="cards">
        {edges.slice(0, shown).map((edge) => (
          <li key={edge.id} className="list-row">
            {end(edge.from)}
            <span className="muted">→ {words(edge.typeKey, true)}</span>
            {end(edge.to)}
            <span className="muted small">{t(`relations.strengths.${edge.strength}`)}</span>
          </li>
        ))}
      </ul>
      {edges.length > shown ? (
        <Button size="small" onClick={() => setShown((before) => before + listed)}>
          {t('ui.more')}
        </Button>
      ) : null}
    </>
  );
}

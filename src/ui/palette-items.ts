export interface PaletteItem {
  id: string;
  title: string;
  detail?: string;
  path: string;
  search?: Record<string, string>;
}
/** Finds records for the palette; only what the caller may see comes back from the server. */
export type PaletteProvider = (query: string, signal: AbortSignal) => Promise<PaletteItem[]>;

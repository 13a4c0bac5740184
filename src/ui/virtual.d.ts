/** Address of the texts in one language (scripts/vite-texts.ts). */
declare module 'virtual:texts/*' {
  const url: string;
  export default url;
}

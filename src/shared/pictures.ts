/** Largest photo taken in, in bytes. */
export const photoLimit = 15 * 1024 * 1024;
/** Longest side a picture on a card is kept with: a face, not a poster. */
export const pictureSide = 800;

/** Largest photo taken in, in bytes. */
export const photoLimit = 15 * 1024 * 1024;
/** Longest side a picture on a card is kept with: a face, not a poster. */
export const pictureSide = 800;
/** How a sheet names a picture, before its id: opened behind the address of the product, understood when imported again. */
export const pictureAddress = '/api/v1/pictures/';

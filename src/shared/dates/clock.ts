/** A time of day, `HH:MM`. A pattern, not a shape: contracts hand it on to the browser, which carries no shapes. */
export const clock = /^([01]\d|2[0-3]):[0-5]\d$/;

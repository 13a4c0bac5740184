/** A timestamp of the database as the API writes it. */
export const iso = (value: Date | string): string => new Date(value).toISOString();

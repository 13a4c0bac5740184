import { localDay } from '#shared/dates/zoned.ts';

/** A timestamp of the database as the API writes it. */
export const iso = (value: Date | string): string => new Date(value).toISOString();

/** The calendar day an instant falls on in a time zone, as `YYYY-MM-DD`. */
export const dayIn = (timeZone: string, at: Date): string => localDay(at, timeZone);

-- Where a sales region lies: `division:330100` (GB/T 2260, six digits; a province or city stands for all below it), `country:DE`,
-- `continent:EU`. Rules of assignment find the region of a customer's address by it.
alter table sales_region add column areas text[] not null default '{}';

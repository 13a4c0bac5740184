-- Where somebody was, and what he photographed there, is personal: kept for so many days after the visit, then erased.
alter table work_setting add column place_days integer not null default 180;
create index visit_place on visit (org_id, arrived_at) where arrival_latitude is not null;
create index visit_photo_age on visit_photo (org_id, created_at);

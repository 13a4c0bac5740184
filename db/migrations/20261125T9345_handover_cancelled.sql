-- A hand-over that waits for its day can be called off.
alter table handover drop constraint handover_state_check;
alter table handover add constraint handover_state_check
  check (state in ('planned', 'moving', 'moved', 'returned', 'failed', 'cancelled'));

-- A unit that is taken back leaves no row, so that its key counts again when the call is repeated.
alter table metering.event drop column given_back_at;

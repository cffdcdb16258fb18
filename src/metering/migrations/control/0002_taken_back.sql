-- A unit that was taken back leaves no row, so that its key counts again when the call is repeated.
delete from metering.event where given_back_at is not null;
alter table metering.event drop column given_back_at;

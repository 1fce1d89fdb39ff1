-- Each claim has a token, so that the outcome of a replaced claim is refused. `boot` names the start of the machine that
-- `since` counts from, in milliseconds. Claims from before this migration are of no boot.
alter table intent add column token integer not null default 0;
alter table intent add column boot text not null default '';

-- Each claim has a token, so that the outcome of a replaced claim is refused.
alter table intent add column token bigint not null default 0;

-- The claims: one row a person, so that the first of two claims wins. `chat` is the outcome. `stale` is true if the claim
-- before this one had no outcome.
create table intent (
  account text collate "C" not null,
  person text collate "C" not null,
  since timestamptz not null,
  chat text,
  stale boolean not null,
  primary key (account, person)
);

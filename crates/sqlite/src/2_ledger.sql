-- The claims: one row a person, so that the first of two claims wins. `since` is in milliseconds since 1970. `chat` is the
-- outcome. `stale` is true if the claim before this one had no outcome.
create table intent (
  account text not null,
  person text not null,
  since integer not null,
  chat text,
  stale integer not null,
  primary key (account, person)
) without rowid, strict;

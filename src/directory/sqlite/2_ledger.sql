-- Chats about to be created: one row a person, so that of two claims one is first. `since` is in milliseconds since 1970;
-- `stale` tells that the claim before this one was never settled.
create table intent (
  account text not null,
  person text not null,
  since integer not null,
  chat text,
  stale integer not null,
  primary key (account, person)
) without rowid, strict;

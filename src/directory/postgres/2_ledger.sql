-- Chats about to be created: one row a person, so that of two claims one is first. `stale` tells that the claim before this
-- one was never settled.
create table intent (
  account text collate "C" not null,
  person text collate "C" not null,
  since timestamptz not null,
  chat text,
  stale boolean not null,
  primary key (account, person)
);

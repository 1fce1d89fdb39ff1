-- Accounts, their people, and the keys of these people. The account is the first column of every key.
create table meta (
  name text primary key,
  value integer not null
) without rowid, strict;

create table account (
  account text primary key,
  record text not null,
  contacts integer not null,
  chats integer not null
) without rowid, strict;

create table person (
  account text not null,
  person text not null,
  record text not null,
  primary key (account, person)
) without rowid, strict;

create table holder (
  account text not null,
  key text not null,
  person text not null,
  primary key (account, key, person)
) without rowid, strict;

insert into meta values ('key_format', 1);

-- Accounts, their people, and the keys of these people. The account is the first column of every key, so that all tables
-- but meta can be distributed by account.
create table meta (
  name text primary key,
  value integer not null
);

create table account (
  account text collate "C" primary key,
  record text not null,
  contacts boolean not null,
  chats boolean not null
);

create table person (
  account text collate "C" not null,
  person text collate "C" not null,
  record text not null,
  primary key (account, person)
);

create table holder (
  account text collate "C" not null,
  key text collate "C" not null,
  person text collate "C" not null,
  primary key (account, key, person)
);

insert into meta values ('key_format', 1), ('version', 0);

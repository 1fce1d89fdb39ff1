-- Every row has a checksum, and an account has the number of its people. The key rows of an account form a chain: each
-- has a position and the position of the next one, so that a row that cannot be found is noticed.
alter table account add column people integer not null default 0;
alter table account add column checksum integer not null default 0;
alter table person add column checksum integer not null default 0;
alter table intent add column checksum integer not null default 0;

drop table holder;
create table holder (
  account text not null,
  position integer not null,
  key text not null,
  person text not null,
  next integer not null,
  checksum integer not null,
  primary key (account, position, key, person)
) without rowid, strict;

insert into meta values ('accounts', 0);

-- A row of a word has the names with the word, prepared for comparison, and the newest activity of the person. So a search
-- reads the records of the best people alone.
drop table named;
create table named (
  account text not null,
  word text not null,
  person text not null,
  names text not null,
  checksum integer not null,
  primary key (account, word, person)
) without rowid, strict;

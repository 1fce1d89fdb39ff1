-- The words of people's names, for suggestions. A word is found by several keys, once for all people with the word.
create table word (
  account text not null,
  key text not null,
  word text not null,
  primary key (account, key, word)
) without rowid, strict;

create table named (
  account text not null,
  word text not null,
  person text not null,
  primary key (account, word, person)
) without rowid, strict;

-- The words of people's names, for suggestions. A word is found by several keys, once for all people with the word.
create table word (
  account text collate "C" not null,
  key text collate "C" not null,
  word text collate "C" not null,
  primary key (account, key, word)
);

create table named (
  account text collate "C" not null,
  word text collate "C" not null,
  person text collate "C" not null,
  primary key (account, word, person)
);

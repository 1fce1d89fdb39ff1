-- The kept results of lookups. `person` is the key that was looked up. `record` is the person that the network named, or
-- null in JSON for absence. `since` is in milliseconds since 1970, because a result must outlast a restart.
create table lookup (
  account text not null,
  person text not null,
  record text not null,
  since integer not null,
  checksum integer not null,
  primary key (account, person)
) without rowid, strict;

create index lookup_since on lookup (account, since);

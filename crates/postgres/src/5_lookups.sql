-- The kept results of lookups. `person` is the key that was looked up. `record` is the person that the network named, or
-- null in JSON for absence.
create table lookup (
  account text collate "C" not null,
  person text collate "C" not null,
  record text not null,
  since timestamptz not null,
  primary key (account, person)
);

create index lookup_since on lookup (account, since);

//! The statements of reads and claims. Their tables have qualified names, so they need no setting of the connection.

use tokio_postgres::types::Type;

/// A statement that the store runs often.
#[derive(Clone, Copy)]
pub(crate) enum Statement {
    Find,
    Claim,
    Record,
    Release,
    SelectWords,
    SelectNamed,
    SelectPeople,
}

impl Statement {
    /// All statements, in the order of their numbers.
    pub(crate) const ALL: [Statement; 7] = [
        Statement::Find,
        Statement::Claim,
        Statement::Record,
        Statement::Release,
        Statement::SelectWords,
        Statement::SelectNamed,
        Statement::SelectPeople,
    ];

    pub(crate) const fn text(self) -> &'static str {
        match self {
            Statement::Find => FIND,
            Statement::Claim => CLAIM,
            Statement::Record => RECORD,
            Statement::Release => RELEASE,
            Statement::SelectWords => SELECT_WORDS,
            Statement::SelectNamed => SELECT_NAMED,
            Statement::SelectPeople => SELECT_PEOPLE,
        }
    }

    /// Returns the types of the parameters.
    pub(crate) const fn types(self) -> &'static [Type] {
        match self {
            Statement::Find | Statement::SelectWords | Statement::SelectPeople => {
                &[Type::TEXT, Type::TEXT_ARRAY]
            }
            Statement::SelectNamed => &[Type::TEXT, Type::TEXT_ARRAY, Type::INT4_ARRAY, Type::INT8],
            Statement::Claim => &[Type::TEXT, Type::TEXT, Type::FLOAT8],
            Statement::Record => &[Type::TEXT, Type::TEXT, Type::TEXT, Type::INT8],
            Statement::Release => &[Type::TEXT, Type::TEXT, Type::INT8],
        }
    }
}

/// Selects the coverage of an account and each of its people who holds a key, with that key.
///
/// Each key is looked up by the primary key, also by a plan that was made before the table was analyzed. Without
/// `offset 0`, such a plan may read all people of the account for each key.
const FIND: &str = "select contacts, chats, held.key, held.person, held.record \
    from contact_resolution.account left join ( \
        select wanted.key, holder.person, found.record from unnest($2) wanted (key) \
        cross join lateral ( \
            select person from contact_resolution.holder \
            where holder.account = $1 and holder.key = wanted.key offset 0 \
        ) holder \
        left join lateral ( \
            select record from contact_resolution.person \
            where person.account = $1 and person.person = holder.person offset 0 \
        ) found on true \
    ) held on true where account.account = $1";

/// Takes the claim if it is free or past the timeout. `stale` is true if the replaced claim has no outcome, so that its
/// create may still be in progress.
///
/// Otherwise selects the chat of the existing claim. That part sees the table from before the statement, so it must
/// check the timeout too.
const CLAIM: &str = "with claimed as ( \
        insert into contact_resolution.intent (account, person, since, chat, stale, token) \
        values ($1, $2, clock_timestamp(), null, false, (random() * 9007199254740991)::bigint) \
        on conflict (account, person) do update \
        set since = excluded.since, chat = null, stale = intent.chat is null, token = excluded.token \
        where excluded.since - intent.since > make_interval(secs => $3) \
        returning stale, token \
    ) \
    select stale, null as chat, token from claimed \
    union all \
    select null, chat, null from contact_resolution.intent where account = $1 and person = $2 \
    and clock_timestamp() - since <= make_interval(secs => $3) and not exists (select from claimed)";

/// The time is that of the statement, because Citus refuses the clock in an update.
const RECORD: &str = "update contact_resolution.intent \
    set since = statement_timestamp(), chat = $3, stale = false \
    where account = $1 and person = $2 and token = $4 returning true";

const RELEASE: &str = "delete from contact_resolution.intent \
    where account = $1 and person = $2 and token = $3 returning true";

/// Selects the words with one of several keys.
const SELECT_WORDS: &str = "select distinct word from contact_resolution.word \
    where account = $1 and key = any ($2)";

/// Selects the rows of the lists with the fewest rows. `place` is the number of a word's list, and `$4` the number of lists.
const SELECT_NAMED: &str = "select named.person, named.names from ( \
        select place from ( \
            select place, count(person) as rows from unnest($2, $3) wanted (word, place) \
            left join lateral ( \
                select person from contact_resolution.named \
                where named.account = $1 and named.word = wanted.word offset 0 \
            ) named on true group by place \
        ) counted order by rows, place limit $4 \
    ) shortest join unnest($2, $3) wanted (word, place) using (place) \
    cross join lateral ( \
        select person, names from contact_resolution.named \
        where named.account = $1 and named.word = wanted.word offset 0 \
    ) named";

const SELECT_PEOPLE: &str = "select person, record from contact_resolution.person \
    where account = $1 and person = any ($2)";

//! Texts that bridges and clients write for a person without a name, and suffixes that bridges add to names.

/// The networks and bridges that occur in suffixes, such as `(WA)`, and in placeholders, such as "Signal user". Sorted.
#[rustfmt::skip]
const NETWORKS: &[&str] = &[
    "beeper", "bluesky", "bot", "bsky", "discord", "facebook", "fb", "ig", "imessage", "instagram", "irc", "kakaotalk", "line",
    "linkedin", "matrix", "mattermost", "messenger", "meta", "rcs", "signal", "skype", "slack", "sms", "snapchat", "teams",
    "telegram", "tg", "tiktok", "twitter", "viber", "wa", "wechat", "whatsapp", "x", "zulip",
];

/// Networks of two words, which occur in suffixes only. Sorted.
const LONG_NETWORKS: &[&str] = &["google chat", "google messages", "google voice"];

/// Words that make a text with a [network](NETWORKS) or with each other a placeholder. Sorted.
#[rustfmt::skip]
const FILLERS: &[&str] = &[
    "account", "anonymous", "blocked", "caller", "contact", "deactivated", "deleted", "disabled", "former", "inactive", "member",
    "number", "participant", "private", "removed", "sender", "subscriber", "suspended", "unavailable", "unidentified", "unknown",
    "unnamed", "user", "withheld",
];

/// Placeholders as a whole, in lower case, with their words separated by single spaces. Sorted.
#[rustfmt::skip]
const PHRASES: &[&str] = &[
    "account eliminato", "akun terhapus", "benutzer", "bez nazwy", "bilinmeyen", "bilinmeyen kullanıcı",
    "bilinmeyen numara", "cell", "compte supprimé", "conta eliminada", "conta excluída", "cuenta eliminada",
    "desconhecido", "desconocida", "desconocido", "facebook gebruiker", "facebook nutzer", "gebruiker",
    "gelöschter account", "gelöschter benutzer", "gelöschtes konto", "inconnu", "kein name", "kullanıcı",
    "linkedin mitglied", "mobile", "n a", "nieznany", "nieznany numer", "nieznany użytkownik", "no caller id", "no name",
    "noname", "not available", "null", "numero sconosciuto", "numéro inconnu", "nutzer", "número desconhecido",
    "número desconocido", "ohne namen", "onbekend", "onbekend nummer", "onbekende gebruiker", "pengguna tidak dikenal",
    "phone", "phone number", "sans nom", "sconosciuto", "sem nome", "senza nome", "silinmiş hesap", "sin nombre", "tel",
    "tidak dikenal", "unbekannt", "unbekannte nummer", "unbekannter benutzer", "unbekannter nutzer", "undefined",
    "usuario", "usuario de facebook", "usuario de whatsapp", "usuario desconocido", "usuario eliminado", "usunięte konto",
    "usuário", "usuário desconhecido", "usuário do facebook", "usuário do whatsapp", "usuário excluído", "utente",
    "utente di facebook", "utente eliminato", "utente facebook", "utente sconosciuto", "utente whatsapp", "utilisateur",
    "utilisateur de facebook", "utilisateur de whatsapp", "utilisateur facebook", "utilisateur inconnu",
    "utilisateur supprimé", "utilisateur whatsapp", "utilizador desconhecido", "użytkownik", "użytkownik facebooka",
    "użytkownik whatsapp", "verwijderd account", "whatsapp gebruiker", "whatsapp kullanıcısı", "whatsapp nutzer",
    "без имени", "без імені", "видалений акаунт", "користувач", "невідомий", "невідомий користувач", "неизвестный",
    "неизвестный номер", "неизвестный пользователь", "пользователь", "пользователь whatsapp", "пользователь без имени",
    "удаленный аккаунт", "удалённый аккаунт", "חשבון שנמחק", "לא ידוע", "משתמש לא ידוע", "حساب محذوف", "غير معروف",
    "مجهول", "مستخدم غير معروف", "अज्ञात", "不明", "不明なユーザー", "削除されたアカウント", "已删除的账户", "已注销账号", "未知", "未知用户", "未知聯絡人",
    "退会したユーザー", "삭제된 계정", "알 수 없음", "탈퇴한 사용자",
];

/// Schemes of URIs and ids that are shown instead of a name. Sorted.
const SCHEMES: &[&str] = &[
    "did", "http", "https", "irc", "ircs", "lid", "mailto", "pni", "sip", "sms", "smtp", "tel",
    "urn", "xmpp",
];

fn contains(list: &[&str], word: &str) -> bool {
    list.binary_search_by(|entry| compare_folded(entry, word))
        .is_ok()
}

/// Compares an entry of a list, which is in lower case, with a text in any case.
fn compare_folded(entry: &str, text: &str) -> std::cmp::Ordering {
    entry.chars().cmp(text.chars().flat_map(char::to_lowercase))
}

/// Whether a text in brackets after a name is the suffix of a bridge.
pub(in crate::name) fn is_suffix(text: &str) -> bool {
    contains(NETWORKS, text) || contains(LONG_NETWORKS, text)
}

pub(in crate::name) fn is_network(word: &str) -> bool {
    contains(NETWORKS, word)
}

pub(in crate::name) fn is_filler(word: &str) -> bool {
    contains(FILLERS, word)
}

pub(in crate::name) fn is_scheme(text: &str) -> bool {
    contains(SCHEMES, text)
}

/// Whether words are a placeholder as a whole.
pub(in crate::name) fn is_phrase<'a>(words: &(impl Iterator<Item = &'a str> + Clone)) -> bool {
    let search = |phrase: &&str| phrase.chars().cmp(lower_case(words.clone()));
    PHRASES.binary_search_by(search).is_ok()
}

/// Returns words in lower case, separated by single spaces.
pub(in crate::name) fn lower_case<'a>(
    words: impl Iterator<Item = &'a str>,
) -> impl Iterator<Item = char> {
    words.enumerate().flat_map(|(at, word)| {
        let space = (at > 0).then_some(' ');
        space
            .into_iter()
            .chain(word.chars().flat_map(char::to_lowercase))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_sorted() {
        for list in [NETWORKS, LONG_NETWORKS, FILLERS, PHRASES, SCHEMES] {
            for pair in list.windows(2) {
                assert!(pair[0] < pair[1], "{} before {}", pair[0], pair[1]);
            }
        }
    }
}

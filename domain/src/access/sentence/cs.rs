//! Czech.

use super::{Catalogue, ReasonCode, Relation};
use crate::user::{UserKind, UserState};
use crate::wage::LimitName;

pub(super) static CATALOGUE: Catalogue = Catalogue {
    user,
    admin,
    relation,
    role: "role",
    roles: "role:",
    in_person: "osobní oprávnění",
    outvoted: "S nižší prioritou a bez účinku ({roles}).",
    until: "Právo k tomu ({holder}) skončilo {day}.",
    from: "Právo k tomu ({holder}) začne {day}.",
    helps: "Povoleno by bylo členům ({roles}).",
    set_in_person: "osobní nastavení",
    offered: "Nabízí ji {holder}.",
    offered_until: "Nabízena byla do {day} ({holder}).",
    offered_from: "Nabízena bude od {day} ({holder}).",
    limit,
    not_linked: "Pracovník není propojen s účtem, a tak mu není nabídnuto nic.",
    worker_helps: "Povoleno by bylo, kdyby pracovník byl členem ({roles}).",
    recording: "Zápis za pracovníka: {reason}",
    state,
    kind,
    besides: "Kromě toho: {reason}",
};

const fn user(code: ReasonCode) -> &'static str {
    match code {
        ReasonCode::RelationAllow => "Smíte to, protože je to vaše nebo na tom pracujete.",
        ReasonCode::PersonalAllow => "Toto právo máte přiděleno osobně.",
        ReasonCode::PersonalDeny => "Toto vám bylo osobně odebráno.",
        ReasonCode::PersonalWithoutAction => "Vaše osobní práva zde toto nezahrnují.",
        ReasonCode::RoleAllow => "Jedna z vašich rolí to povoluje.",
        ReasonCode::WageTypeAllow => "Toto se zde nabízí.",
        ReasonCode::OwnWageTypeAllow => "Toto smíte zapisovat všem.",
        ReasonCode::WageTypeNotOffered => "Toto se zde nenabízí.",
        ReasonCode::WageTypeByRequest => "O toto se žádá, přímo se nezapisuje.",
        ReasonCode::WageLimitExceeded => "To je více, než se nabízí.",
        ReasonCode::UnknownWageType => "Tato mzdová složka není známa.",
        ReasonCode::GuardOwnRequest => "Nikdo neuzavírá vlastní žádost.",
        ReasonCode::RoleDeny => "Jedna z vašich rolí to nepovoluje.",
        ReasonCode::TieDeny => "Vaše role si zde odporují, proto to není povoleno.",
        ReasonCode::NoGrant => "K tomuto zde nemáte právo.",
        ReasonCode::ModuleOff => "Tato část systému je vypnuta.",
        ReasonCode::SubjectNotLinked => "Tato osoba nemá účet.",
        ReasonCode::UnknownSubject => "Tento účet není znám.",
        ReasonCode::UnknownResource => "Tato věc není známa.",
        ReasonCode::UnknownAction => "Tato činnost zde není známa.",
        ReasonCode::GuardState => "Tento účet není aktivní.",
        ReasonCode::GuardKind => "Účty tohoto druhu samy nic nedělají.",
        ReasonCode::GuardAreaAdministrator => "Správa oblastí nedává právo k jejich obsahu.",
        ReasonCode::GuardExternalAdministrator => "Toto je externím správcům uzavřeno.",
        ReasonCode::GuardProtectionRule => {
            "Toto je chráněno a jedna z vašich rolí nebo vaše pozice k tomu nemá přístup."
        }
    }
}

const fn admin(code: ReasonCode) -> &'static str {
    match code {
        ReasonCode::RelationAllow => "Povoleno: {right} i bez uděleného oprávnění, protože účet je {relation}.",
        ReasonCode::PersonalAllow => "Povoleno: {right} dává osobní oprávnění; k rolím se nepřihlíží.",
        ReasonCode::PersonalDeny => "Zamítnuto: {right} zakazuje osobní oprávnění; k rolím se nepřihlíží.",
        ReasonCode::PersonalWithoutAction => {
            "Zamítnuto: osobní oprávnění platí pro tento cíl a neobsahují {right}; k rolím se nepřihlíží."
        }
        ReasonCode::RoleAllow => "Povoleno: {right} dává {roles} (priorita {priority}).",
        ReasonCode::WageTypeAllow => "Povoleno: mzdová složka je pracovníkovi nabídnuta.",
        ReasonCode::OwnWageTypeAllow => "Povoleno: mzdová složka je vlastní složkou role a zapisuje se všem.",
        ReasonCode::WageTypeNotOffered => "Zamítnuto: mzdovou složku nenabízí žádná role ani osobní nastavení.",
        ReasonCode::WageTypeByRequest => "Zamítnuto: o mzdovou složku se žádá, přímo se nezapisuje.",
        ReasonCode::WageLimitExceeded => "Zamítnuto: množství překračuje limit nabídky.",
        ReasonCode::UnknownWageType => "Zamítnuto: taková mzdová složka není.",
        ReasonCode::GuardOwnRequest => "Zamítnuto: nikdo neuzavírá vlastní žádost, pokud to nepovoluje nastavení.",
        ReasonCode::RoleDeny => "Zamítnuto: {right} zakazuje {roles} (priorita {priority}).",
        ReasonCode::TieDeny => "Zamítnuto: v {right} si při stejné prioritě {priority} odporují {roles}.",
        ReasonCode::NoGrant => "Zamítnuto: žádné platné oprávnění zde neuvádí {right}.",
        ReasonCode::ModuleOff => "Zamítnuto: modul práva {right} je vypnut.",
        ReasonCode::SubjectNotLinked => "Zamítnuto: pracovník není propojen s účtem.",
        ReasonCode::UnknownSubject => "Zamítnuto: takový subjekt není.",
        ReasonCode::UnknownResource => "Zamítnuto: takový zdroj není.",
        ReasonCode::UnknownAction => "Zamítnuto: taková činnost není, nebo se s takovým zdrojem neprovádí.",
        ReasonCode::GuardState => "Zamítnuto: účet je {state}.",
        ReasonCode::GuardKind => "Zamítnuto: účty druhu {kind} samy nic nedělají.",
        ReasonCode::GuardAreaAdministrator => {
            "Zamítnuto: žádné platné oprávnění zde neuvádí {right} a správa oblastí nedává právo k jejich obsahu."
        }
        ReasonCode::GuardExternalAdministrator => "Zamítnuto: toto je externím správcům uzavřeno.",
        ReasonCode::GuardProtectionRule => "Zamítnuto: ochranné pravidlo brání v přístupu k tomu, co patří jiným.",
    }
}

const fn state(state: UserState) -> &'static str {
    match state {
        UserState::Invited => "pozvaný",
        UserState::Active => "aktivní",
        UserState::Blocked => "zablokovaný",
        UserState::Deleted => "smazaný",
        UserState::Forgotten => "zapomenutý",
    }
}

const fn limit(limit: LimitName) -> &'static str {
    match limit {
        LimitName::MaxPerEntry => "Nejvýše {most} v jednom zápisu.",
        LimitName::MaxPerDay => "Nejvýše {most} za den, z toho zbývá {left}.",
        LimitName::MaxPerMonth => "Nejvýše {most} za měsíc, z toho zbývá {left}.",
        LimitName::MaxPerYear => "Nejvýše {most} za rok, z toho zbývá {left}.",
    }
}

const fn kind(kind: UserKind) -> &'static str {
    match kind {
        UserKind::Person => "osoba",
        UserKind::Virtual => "virtuální účet",
        UserKind::ExternalFiller => "externí zástupný účet",
        UserKind::ExternalAdministrator => "externí správce",
        UserKind::Service => "služba",
    }
}

const fn relation(relation: Relation) -> &'static str {
    match relation {
        Relation::OwnFolder => "účtem osoby, jíž složka patří",
        Relation::Assignee => "řešitelem",
        Relation::Team => "členem týmu",
        Relation::Processor => "zpracovatelem oblasti",
        Relation::Reader => "čtenářem oblasti",
    }
}

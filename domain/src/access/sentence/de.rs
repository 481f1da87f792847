//! German.

use super::{Catalogue, ReasonCode, Relation};
use crate::user::{UserKind, UserState};
use crate::wage::LimitName;

pub(super) static CATALOGUE: Catalogue = Catalogue {
    user,
    admin,
    relation,
    role: "Rolle",
    roles: "Rollen",
    in_person: "persönliches Recht",
    outvoted: "Nachrangig und ohne Wirkung: {roles}.",
    until: "Ein Recht darauf ({holder}) endete am {day}.",
    from: "Ein Recht darauf ({holder}) beginnt am {day}.",
    helps: "Erlaubt wäre es Mitgliedern von: {roles}.",
    set_in_person: "persönliche Einstellung",
    offered: "Angeboten wird sie durch: {holder}.",
    offered_until: "Angeboten wurde sie bis {day} ({holder}).",
    offered_from: "Angeboten wird sie ab {day} ({holder}).",
    limit,
    not_linked: "Der Mitarbeiter ist mit keinem Konto verbunden, ihm wird also nichts angeboten.",
    worker_helps: "Erlaubt wäre es, wenn der Mitarbeiter Mitglied wäre ({roles}).",
    recording: "Erfassen für den Mitarbeiter: {reason}",
    state,
    kind,
    besides: "Außerdem: {reason}",
};

const fn user(code: ReasonCode) -> &'static str {
    match code {
        ReasonCode::RelationAllow => "Sie dürfen das, weil es Ihr Eigenes ist oder Sie daran arbeiten.",
        ReasonCode::PersonalAllow => "Dieses Recht wurde Ihnen persönlich gegeben.",
        ReasonCode::PersonalDeny => "Das wurde Ihnen persönlich entzogen.",
        ReasonCode::PersonalWithoutAction => "Ihre persönlichen Rechte hier umfassen das nicht.",
        ReasonCode::RoleAllow => "Eine Ihrer Rollen erlaubt das.",
        ReasonCode::WageTypeAllow => "Das wird hier angeboten.",
        ReasonCode::OwnWageTypeAllow => "Sie dürfen das für alle erfassen.",
        ReasonCode::WageTypeNotOffered => "Das wird hier nicht angeboten.",
        ReasonCode::WageTypeByRequest => "Das muss beantragt werden und wird nicht direkt erfasst.",
        ReasonCode::WageLimitExceeded => "Das ist mehr, als angeboten wird.",
        ReasonCode::UnknownWageType => "Diese Lohnart ist nicht bekannt.",
        ReasonCode::GuardOwnRequest => "Niemand schließt den eigenen Antrag ab.",
        ReasonCode::RoleDeny => "Eine Ihrer Rollen erlaubt das nicht.",
        ReasonCode::TieDeny => "Ihre Rollen widersprechen sich hier, daher ist das nicht erlaubt.",
        ReasonCode::NoGrant => "Sie haben hier kein Recht dazu.",
        ReasonCode::ModuleOff => "Dieser Teil des Systems ist abgeschaltet.",
        ReasonCode::SubjectNotLinked => "Diese Person hat kein Konto.",
        ReasonCode::UnknownSubject => "Dieses Konto ist nicht bekannt.",
        ReasonCode::UnknownResource => "Dieses Ding ist nicht bekannt.",
        ReasonCode::UnknownAction => "Diese Handlung ist hier nicht bekannt.",
        ReasonCode::GuardState => "Dieses Konto ist nicht aktiv.",
        ReasonCode::GuardKind => "Konten dieser Art können selbst nichts tun.",
        ReasonCode::GuardAreaAdministrator => "Bereiche zu verwalten gibt kein Recht an ihrem Inhalt.",
        ReasonCode::GuardExternalAdministrator => "Das ist für externe Administratoren geschlossen.",
        ReasonCode::GuardProtectionRule => {
            "Das ist geschützt, und eine Ihrer Rollen oder Ihre Stelle ist davon ausgeschlossen."
        }
    }
}

const fn admin(code: ReasonCode) -> &'static str {
    match code {
        ReasonCode::RelationAllow => "Erlaubt: {right} auch ohne erteiltes Recht, denn das Konto ist {relation}.",
        ReasonCode::PersonalAllow => "Erlaubt: {right} durch ein persönliches Recht; Rollen zählen hier nicht.",
        ReasonCode::PersonalDeny => {
            "Verweigert: {right} ist durch ein persönliches Recht verboten; Rollen zählen hier nicht."
        }
        ReasonCode::PersonalWithoutAction => {
            "Verweigert: persönliche Rechte gelten für dieses Ziel und enthalten {right} nicht; Rollen zählen hier nicht."
        }
        ReasonCode::RoleAllow => "Erlaubt: {right} durch {roles} (Priorität {priority}).",
        ReasonCode::WageTypeAllow => "Erlaubt: die Lohnart wird dem Mitarbeiter angeboten.",
        ReasonCode::OwnWageTypeAllow => "Erlaubt: die Lohnart gehört einer Rolle und wird für alle erfasst.",
        ReasonCode::WageTypeNotOffered => {
            "Verweigert: weder eine Rolle noch eine persönliche Einstellung bietet die Lohnart an."
        }
        ReasonCode::WageTypeByRequest => "Verweigert: die Lohnart wird beantragt und nicht direkt erfasst.",
        ReasonCode::WageLimitExceeded => "Verweigert: die Menge überschreitet eine Grenze des Angebots.",
        ReasonCode::UnknownWageType => "Verweigert: diese Lohnart gibt es nicht.",
        ReasonCode::GuardOwnRequest => {
            "Verweigert: niemand schließt den eigenen Antrag ab, wenn keine Einstellung es erlaubt."
        }
        ReasonCode::RoleDeny => "Verweigert: {right} ist verboten durch {roles} (Priorität {priority}).",
        ReasonCode::TieDeny => "Verweigert: über {right} sind sich bei gleicher Priorität {priority} uneinig: {roles}.",
        ReasonCode::NoGrant => "Verweigert: kein geltendes Recht nennt hier {right}.",
        ReasonCode::ModuleOff => "Verweigert: das Modul von {right} ist abgeschaltet.",
        ReasonCode::SubjectNotLinked => "Verweigert: der Mitarbeiter ist mit keinem Konto verbunden.",
        ReasonCode::UnknownSubject => "Verweigert: dieses Subjekt gibt es nicht.",
        ReasonCode::UnknownResource => "Verweigert: diese Ressource gibt es nicht.",
        ReasonCode::UnknownAction => "Verweigert: diese Handlung gibt es nicht oder nicht an einer solchen Ressource.",
        ReasonCode::GuardState => "Verweigert: das Konto ist {state}.",
        ReasonCode::GuardKind => "Verweigert: Konten der Art {kind} tun selbst nichts.",
        ReasonCode::GuardAreaAdministrator => {
            "Verweigert: kein geltendes Recht nennt hier {right}, und Bereiche zu verwalten gibt kein Recht an ihrem Inhalt."
        }
        ReasonCode::GuardExternalAdministrator => "Verweigert: das ist für externe Administratoren geschlossen.",
        ReasonCode::GuardProtectionRule => {
            "Verweigert: eine Schutzregel hält das Konto von dem fern, was anderen gehört."
        }
    }
}

const fn state(state: UserState) -> &'static str {
    match state {
        UserState::Invited => "eingeladen",
        UserState::Active => "aktiv",
        UserState::Blocked => "gesperrt",
        UserState::Deleted => "gelöscht",
        UserState::Forgotten => "vergessen",
    }
}

const fn limit(limit: LimitName) -> &'static str {
    match limit {
        LimitName::MaxPerEntry => "Höchstens {most} je Eintrag.",
        LimitName::MaxPerDay => "Höchstens {most} am Tag, davon bleiben {left}.",
        LimitName::MaxPerMonth => "Höchstens {most} im Monat, davon bleiben {left}.",
        LimitName::MaxPerYear => "Höchstens {most} im Jahr, davon bleiben {left}.",
    }
}

const fn kind(kind: UserKind) -> &'static str {
    match kind {
        UserKind::Person => "Person",
        UserKind::Virtual => "virtuelles Konto",
        UserKind::ExternalFiller => "externer Platzhalter",
        UserKind::ExternalAdministrator => "externer Administrator",
        UserKind::Service => "Dienst",
    }
}

const fn relation(relation: Relation) -> &'static str {
    match relation {
        Relation::OwnFolder => "das der Person dieser Mappe",
        Relation::Assignee => "zuständig",
        Relation::Team => "im Team",
        Relation::Processor => "Bearbeiter des Bereichs",
        Relation::Reader => "Leser des Bereichs",
    }
}

//! What one may do and another not, and what both may, on one day.
//!
//! Both are asked the question of P-03 in the same model, at the places that stand for all targets which the same scopes
//! cover: priorities, nesting, denies, personal grants, relations and guards all count as they do in decisions. Two roles are
//! compared by two people who do not exist, each a member of one of them, in a fork of the model.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::super::apply::Open;
use super::super::rows::Cover;
use super::super::{Decision, MembershipFact, Model, ReasonCode, RoleIx, UserFact, UserIx};
use super::places::{Place, of_objects};
use super::voices::Voice;
use super::{Source, touched};
use crate::area::AreaClass;
use crate::grant::{Scope, Target};
use crate::id::{MembershipId, UserId};
use crate::role::{Member, Source as Origin};
use crate::user::{UserKind, UserState};
use crate::wage::{Limits, WageMode};
use crate::window::{Day, Window};

/// Most places at which is asked in one module.
const PLACES_MAX: usize = 2_000;

/// Most exceptions told of one right.
const EXCEPTIONS_MAX: usize = 50;

/// Most grants named for one right.
const SOURCES_MAX: usize = 10;

/// A right of one of the two, or of both.
#[derive(Clone, PartialEq, Debug)]
pub struct Likened {
    /// The module's code.
    pub module: String,
    /// The actions, sorted.
    pub actions: Vec<String>,
    /// To what they may be done. Several scopes mean targets that lie in all of them.
    pub scope: Vec<Scope>,
    /// Where in that scope it is otherwise: another entry tells how, if one of the two may do it there.
    pub except: Vec<Exception>,
    /// How it is decided about the one and the other.
    pub codes: [ReasonCode; 2],
    /// The grants that give it to the one and the other; none for a relation, and to whom it is not given.
    pub via: [Vec<Source>; 2],
}

/// A part of a scope in which some actions are decided otherwise.
#[derive(Clone, PartialEq, Debug)]
pub struct Exception {
    /// The part: what lies in all of these scopes.
    pub scope: Vec<Scope>,
    /// The actions, sorted.
    pub actions: Vec<String>,
}

/// The rights of two on one day.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Likeness {
    /// What the first may do and the second not.
    pub only_first: Vec<Likened>,
    /// What the second may do and the first not.
    pub only_second: Vec<Likened>,
    /// What both may do.
    pub both: Vec<Likened>,
    /// Wage types of which they may record differently, in the order of their codes.
    pub wage_types: Vec<LikenedWage>,
    /// Something was too much to be compared in full.
    pub cut_short: bool,
}

/// How somebody may record a wage type, if they may.
pub type Side = Option<(WageMode, Limits)>;

/// A wage type of which two may record differently (P-07).
#[derive(Clone, PartialEq, Debug)]
pub struct LikenedWage {
    /// Its code.
    pub wage_type: String,
    /// It is about recording it for everybody, as one of a role's own; else for oneself.
    pub own: bool,
    /// How the one and the other may, if they may.
    pub sides: [Side; 2],
}

/// Compares what two users may do on a day.
pub fn of_users(model: &Model, first: UserIx, second: UserIx, day: Day) -> Likeness {
    let users = [first.0, second.0];
    let voices = users.map(|user| {
        let ahead = model.voices_of(user, day);
        ahead.into_iter().filter(|voice| voice.days.contains(day)).collect::<Vec<_>>()
    });
    let pair = Pair { model, users, voices, day };
    let beside = pair.beside();
    let mut found = Likeness::default();
    let mut modules: Vec<_> = model.modules.rows.iter().filter(|(_, row)| row.known && row.active).collect();
    modules.sort_by(|one, other| one.1.code.cmp(&other.1.code));
    for (module, row) in modules {
        let concerned = pair.voices.iter().flatten().any(|voice| voice.module == module);
        if concerned || row.of_relations() != 0 {
            pair.compare(module, &beside, &mut found);
        }
    }
    found.wage_types = wages(model, [first, second], day);
    found
}

/// The wage types of which two users may record differently.
fn wages(model: &Model, users: [UserIx; 2], day: Day) -> Vec<LikenedWage> {
    let mut found: BTreeMap<(&str, bool), [Side; 2]> = BTreeMap::new();
    for (side, user) in users.into_iter().enumerate().filter(|(_, user)| model.bar_on_recording(*user).is_none()) {
        let offered =
            model.wage_rights(user, day).into_iter().map(|right| (right.wage_type, false, right.mode, right.limits));
        let own = model
            .own_wage_types(user, day)
            .into_iter()
            .map(|own| (own.wage_type, true, WageMode::Record, Limits::NONE));
        for (wage_type, own, mode, limits) in offered.chain(own) {
            let sides = found.entry((model.wage_type_code(wage_type), own)).or_default();
            sides.get_mut(side).into_iter().for_each(|place| *place = Some((mode, limits)));
        }
    }
    let differing = found.into_iter().filter(|(_, [one, other])| one != other);
    differing.map(|((code, own), sides)| LikenedWage { wage_type: code.to_owned(), own, sides }).collect()
}

/// Compares what two roles give a person who is in nothing else.
pub fn of_roles(model: &Model, first: RoleIx, second: RoleIx, day: Day) -> Likeness {
    let mut fork = model.clone();
    let mut open = Open::default();
    let mut imagine = |number: u128, role: RoleIx| {
        let id = Uuid::from_u128(number);
        let person = UserFact { id: UserId(id), external_id: None, kind: UserKind::Person, state: UserState::Active };
        fork.put_user(&person);
        let membership = MembershipFact {
            id: MembershipId(id),
            role_id: model.role_id(role),
            member: Member::User(UserId(id)),
            source: Origin::Manual,
            contract_id: None,
            rule_id: None,
            window: Window::ALWAYS,
        };
        fork.put_membership(&membership, &mut open);
        UserId(id)
    };
    // Ids that no record has.
    let people = [imagine(1, first), imagine(2, second)];
    fork.settle(open);
    match people.map(|id| fork.user(id)) {
        [Some(one), Some(other)] => of_users(&fork, one, other, day),
        _ => Likeness::default(),
    }
}

/// Two users in a model, with the grants that reach them on the day.
struct Pair<'a> {
    model: &'a Model,
    users: [u32; 2],
    voices: [Vec<Voice>; 2],
    day: Day,
}

/// Who of the two may do it: the place in a list of masks.
const ONLY_FIRST: usize = 0;
const ONLY_SECOND: usize = 1;
const BOTH: usize = 2;

/// What was found at a place: the actions of each class, and how they are decided.
struct Found {
    place: Place,
    masks: [u128; 3],
    by_codes: BTreeMap<(usize, u8, u8), (u128, [ReasonCode; 2])>,
}

impl Found {
    /// The actions of a class.
    fn of(&self, class: usize) -> u128 {
        self.masks.get(class).copied().unwrap_or(0)
    }
}

/// For each place, by its number, those that lie around it.
struct Around(Vec<Vec<usize>>);

impl Around {
    fn lies_in(&self, inner: usize, outer: usize) -> bool {
        self.0.get(inner).is_some_and(|around| around.binary_search(&outer).is_ok())
    }

    /// Whether what is found at a place is said by what is told of a wider one: it lies in that one, and in none of the
    /// exceptions from it.
    fn said(&self, found: &[Found], (here, mask): (usize, u128), wider: usize, class: usize) -> bool {
        let between = self.0.get(here).into_iter().flatten().filter(|between| self.lies_in(**between, wider));
        let mut other = between.filter_map(|between| found.get(*between));
        self.lies_in(here, wider) && !other.any(|between| mask & !between.of(class) != 0)
    }

    /// Where in a place some of the actions are in another class: the place and those actions. What lies in another
    /// exception is not told again.
    fn exceptions(&self, found: &[Found], here: usize, class: usize, mask: u128) -> Vec<(Place, u128)> {
        let mut told: Vec<(usize, Place, u128)> = Vec::new();
        for (ix, other) in found.iter().enumerate() {
            let actions = mask & !other.of(class);
            let known = |(wider, _, more): &(usize, Place, u128)| actions & !more == 0 && self.lies_in(ix, *wider);
            if actions != 0 && self.lies_in(ix, here) && !told.iter().any(known) {
                told.push((ix, other.place, actions));
            }
        }
        told.into_iter().map(|(_, place, actions)| (place, actions)).collect()
    }
}

impl Pair<'_> {
    /// The scopes in which relations or guards may decide, beside those of grants.
    fn beside(&self) -> BTreeSet<Cover> {
        let mut found = BTreeSet::new();
        for user in self.users {
            found.extend(touched::own([self.model, self.model], user));
            found.extend(self.model.areas_of(UserIx(user), self.day).into_iter().map(Cover::Area));
            let (outside, barred) = (self.model.is_outside(user), !self.model.barred(user, self.day).is_empty());
            if outside || barred {
                let areas = self.model.areas.rows.iter().filter(|(_, row)| row.known);
                let closed = areas.filter(|(_, row)| outside || row.class != AreaClass::Normal);
                found.extend(closed.map(|(area, _)| Cover::Area(area)));
            }
        }
        found
    }

    fn compare(&self, module: u32, beside: &BTreeSet<Cover>, out: &mut Likeness) {
        let Some(row) = self.model.known_module(module) else { return };
        let (places, cut_short) = self.places(module, beside, row.target);
        out.cut_short |= cut_short;
        let all = self.voices.iter().flatten().filter(|voice| voice.module == module);
        let bits = all.fold(row.of_relations(), |bits, voice| bits | voice.set.0) & row.declared;
        let found: Vec<Found> = places.into_iter().filter_map(|place| self.ask(module, bits, place)).collect();
        let around = self.around(module, &found);
        let mut kept: Vec<(usize, usize, u128, [ReasonCode; 2])> = Vec::new();
        for (ix, here) in found.iter().enumerate() {
            for ((class, ..), (mask, codes)) in &here.by_codes {
                let said = kept.iter().any(|(wider, same, more, _)| {
                    same == class && mask & !more == 0 && around.said(&found, (ix, *mask), *wider, *class)
                });
                if !said {
                    kept.push((ix, *class, *mask, *codes));
                }
            }
        }
        for (ix, class, mask, codes) in kept {
            let Some(here) = found.get(ix) else { continue };
            let mut except: Vec<Exception> = around
                .exceptions(&found, ix, class, mask)
                .into_iter()
                .take(EXCEPTIONS_MAX + 1)
                .map(|(place, actions)| Exception { scope: self.scopes(place), actions: row.names_of(actions) })
                .collect();
            out.cut_short |= except.len() > EXCEPTIONS_MAX;
            except.truncate(EXCEPTIONS_MAX);
            let [one, other] = codes;
            let side = |side, code| self.giving(side, module, mask, code, here.place);
            let right = Likened {
                module: row.code.to_string(),
                actions: row.names_of(mask),
                scope: self.scopes(here.place),
                except,
                codes,
                via: [side(0, one), side(1, other)],
            };
            match class {
                ONLY_FIRST => out.only_first.push(right),
                ONLY_SECOND => out.only_second.push(right),
                _ => out.both.push(right),
            }
        }
    }

    /// Where the two may differ: every scope of either, wherever two of them meet, and wherever an object's department, type
    /// and area do; the widest first.
    fn places(&self, module: u32, beside: &BTreeSet<Cover>, target: Target) -> (Vec<Place>, bool) {
        let voices = self.voices.iter().flatten().filter(|voice| voice.module == module);
        let named: BTreeSet<Cover> = voices.map(|voice| voice.cover).collect();
        let all: BTreeSet<Cover> = named.iter().chain(beside).copied().collect();
        // The department itself is asked at where it is named alone.
        let at_example = |place: Place| place.at_examples(|top| self.model.below(&all, top)).unwrap_or(place);
        let mut places: BTreeSet<Place> = all.iter().copied().map(Place::in_one).map(at_example).collect();
        let tree = &self.model.tree;
        let placed = |cover: &Cover| matches!(cover, Cover::Department(_) | Cover::Subtree(_));
        'all: for one in &all {
            for other in &all {
                // An object lies in one department only; and what lies within another is in both by itself.
                let elsewhere = target == Target::Object && placed(one) && placed(other);
                if elsewhere || tree.holds(*one, *other) || tree.holds(*other, *one) {
                    continue;
                }
                places.extend(Place::in_both(*one, *other).map(at_example));
                if places.len() > PLACES_MAX {
                    break 'all;
                }
            }
        }
        if target == Target::Object {
            places.extend(of_objects(&all).take(PLACES_MAX).map(at_example));
        }
        let cut_short = places.len() > PLACES_MAX;
        let mut places = self.model.widest_first(places);
        places.truncate(PLACES_MAX);
        (places, cut_short)
    }

    /// How it is decided about both at a place; nothing where the module has no such targets.
    fn ask(&self, module: u32, bits: u128, place: Place) -> Option<Found> {
        self.model.deed_at(module, 0, place, self.day)?;
        let mut found = Found { place, masks: [0; 3], by_codes: BTreeMap::new() };
        let mut rest = bits;
        while rest != 0 {
            let bit = rest & rest.wrapping_neg();
            rest &= rest - 1;
            let codes = self.users.map(|user| self.model.decide_at(user, module, bit, place, self.day));
            let class = match codes.map(|code| Decision::of(code).allowed) {
                [true, false] => ONLY_FIRST,
                [false, true] => ONLY_SECOND,
                [true, true] => BOTH,
                [false, false] => continue,
            };
            found.masks.get_mut(class).into_iter().for_each(|mask| *mask |= bit);
            let [one, other] = codes;
            found.by_codes.entry((class, one as u8, other as u8)).or_insert((0, codes)).0 |= bit;
        }
        Some(found)
    }

    /// For each place those in whose scopes all its targets lie.
    fn around(&self, module: u32, found: &[Found]) -> Around {
        let around = found.iter().enumerate().map(|(ix, here)| {
            let deed = self.model.deed_at(module, 0, here.place, self.day);
            let wider = found.iter().enumerate().filter(|(other, wider)| {
                let covers = |cover: Cover| deed.as_ref().is_some_and(|deed| self.model.covers(cover, deed));
                *other != ix && wider.place.scopes().all(covers)
            });
            wider.map(|(other, _)| other).collect()
        });
        Around(around.collect())
    }

    fn scopes(&self, place: Place) -> Vec<Scope> {
        place.scopes().map(|cover| self.model.scope(cover)).collect()
    }

    /// The grants that give one of the two the actions at a place, the highest priority first.
    fn giving(&self, side: usize, module: u32, mask: u128, code: ReasonCode, place: Place) -> Vec<Source> {
        let by_grants = matches!(code, ReasonCode::RoleAllow | ReasonCode::PersonalAllow);
        let deed = self.model.deed_at(module, 0, place, self.day).filter(|_| by_grants);
        let Some((deed, user, voices)) =
            deed.and_then(|deed| Some((deed, *self.users.get(side)?, self.voices.get(side)?)))
        else {
            return Vec::new();
        };
        let mut giving: Vec<&Voice> = voices
            .iter()
            .filter(|voice| voice.module == module && voice.set.0 & mask != 0)
            .filter(|voice| voice.priority.is_none() == (code == ReasonCode::PersonalAllow))
            .filter(|voice| self.model.covers(voice.cover, &deed))
            .collect();
        giving.sort_by_key(|voice| std::cmp::Reverse(voice.priority));
        let sources = giving.into_iter().take(SOURCES_MAX);
        sources.filter_map(|voice| self.model.source(user, voice, self.day)).collect()
    }
}

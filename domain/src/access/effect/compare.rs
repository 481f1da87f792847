//! The rights of one user in two models.

use std::collections::{BTreeMap, BTreeSet};

use super::super::rows::{Cover, Days};
use super::super::{Decision, Model, ReasonCode};
use super::places::Place;
use super::standing;
use super::voices::Voice;
use super::{Covers, RightChange};
use crate::window::Day;

/// Most places at which is asked in one module.
const PLACES_MAX: usize = 2_000;

/// Most days at which is asked.
const DAYS_MAX: usize = 200;

/// Most grants named for one right.
const SOURCES_MAX: usize = 10;

/// What was found of a user.
#[derive(Default)]
pub(super) struct Compared {
    pub(super) rights: Vec<RightChange>,
    /// There was too much to be compared in full.
    pub(super) cut_short: bool,
}

/// What a user gains and loses. `peers` are others whose rights before count as the user's own.
pub(super) fn rights(before: &Model, after: &Model, user: u32, peers: &[u32], covers: &Covers, today: Day) -> Compared {
    let of_peers = peers.iter().flat_map(|peer| before.voices_of(*peer, today)).collect();
    let pair = Pair { before, after, user, peers, of_peers, today };
    let voices = (before.voices_of(user, today), after.voices_of(user, today));
    let scopes = standing::scopes(before, after, user, covers, &[&voices.0, &voices.1], today);
    let covers: &Covers = &covers.iter().copied().chain(scopes).collect();
    let mut modules: BTreeSet<u32> = voices.0.iter().chain(&voices.1).map(|voice| voice.module).collect();
    if !covers.is_empty() {
        for model in [before, after] {
            modules.extend(
                model.modules.rows.iter().filter(|(_, row)| row.known && row.of_relations() != 0).map(|(ix, _)| ix),
            );
        }
    }
    let mut compared = Compared::default();
    for module in modules {
        pair.compare(module, &voices, covers, &mut compared);
    }
    compared
}

/// A user in two models.
struct Pair<'a> {
    before: &'a Model,
    after: &'a Model,
    user: u32,
    peers: &'a [u32],
    of_peers: Vec<Voice>,
    today: Day,
}

/// How it is decided before and after, from a day on.
type Verdicts = (ReasonCode, ReasonCode);

/// Days with the same verdicts, of which one allows.
type Piece = (Days, Verdicts);

impl Pair<'_> {
    fn compare(&self, module: u32, voices: &(Vec<Voice>, Vec<Voice>), covers: &Covers, out: &mut Compared) {
        let of_module = |voices: &[Voice]| voices.iter().filter(|voice| voice.module == module).copied().collect();
        let (before, after): (Vec<Voice>, Vec<Voice>) = (of_module(&voices.0), of_module(&voices.1));
        let places = self.places(module, &before, &after, covers);
        if places.len() > PLACES_MAX {
            out.cut_short = true;
        }
        let all = || before.iter().chain(&after);
        let related = |model: &Model| model.known_module(module).map_or(0, |row| row.of_relations());
        let related = if covers.is_empty() { 0 } else { related(self.before) | related(self.after) };
        let bits = all().fold(related, |bits, voice| bits | voice.set.0);
        let mut kept: Vec<(Place, Piece, u128)> = Vec::new();
        for place in self.after.widest_first(places).into_iter().take(PLACES_MAX) {
            let peers = self.of_peers.iter().filter(|voice| voice.module == module);
            let (days, cut_short) = self.days(all().chain(peers), place);
            out.cut_short |= cut_short;
            let mut found: BTreeMap<(Days, u8, u8), (Piece, u128)> = BTreeMap::new();
            let mut rest = bits;
            while rest != 0 {
                let bit = rest & rest.wrapping_neg();
                rest &= rest - 1;
                for piece in self.pieces(module, bit, place, &days) {
                    let key = (piece.0, piece.1.0 as u8, piece.1.1 as u8);
                    found.entry(key).or_insert((piece, 0)).1 |= bit;
                }
            }
            for (piece, mask) in found.into_values() {
                if !kept.iter().any(|other| self.contained(module, (place, piece, mask), *other)) {
                    kept.push((place, piece, mask));
                }
            }
        }
        let said =
            kept.into_iter().map(|(place, piece, mask)| self.told(module, place, piece, mask, (&before, &after)));
        out.rights.extend(said);
    }

    /// Where the rights in a module may differ: in the scopes of grants that came or went; and where a deny or a
    /// personal grant plays a part, in all scopes and wherever two of them meet. `covers` are to be looked at as if
    /// they had changed.
    fn places(&self, module: u32, before: &[Voice], after: &[Voice], covers: &Covers) -> BTreeSet<Place> {
        let switch = |model: &Model| model.known_module(module).map(|row| (row.active, row.declared));
        let everything = self.before.bar_of(self.user) != self.after.bar_of(self.user)
            || switch(self.before) != switch(self.after)
            || self.before.barred(self.user, self.today) != self.after.barred(self.user, self.today);
        let said = |voices: &[Voice]| voices.iter().map(Voice::says).collect::<BTreeSet<_>>();
        let (was, is) = (said(before), said(after));
        let all: BTreeSet<Cover> = before.iter().chain(after).map(|voice| voice.cover).collect();
        let differing = was.symmetric_difference(&is).map(|says| says.0);
        let changed = differing.chain(covers.iter().copied()).chain(all.iter().copied().filter(|_| everything));
        let changed: BTreeSet<Cover> = changed.collect();
        let mut places: BTreeSet<Place> = changed.iter().copied().map(Place::in_one).collect();
        // What keeps somebody from an area, or was given to all who work on it, may meet any scope there.
        let in_area = changed.iter().any(|cover| matches!(cover, Cover::Area(_)));
        if !changed.is_empty() && (in_area || everything || before.iter().chain(after).any(Voice::may_block)) {
            places.extend(all.iter().copied().map(Place::in_one));
            for one in &changed {
                for other in &all {
                    places.extend(Place::in_both(*one, *other));
                    if places.len() > PLACES_MAX {
                        return places;
                    }
                }
            }
        }
        // What is had of a department alone may be missing in any part below.
        let tops = changed.iter().filter(|cover| match cover {
            Cover::Subtree(top) => all.contains(&Cover::Department(*top)),
            _ => false,
        });
        let parts = tops.flat_map(|top| all.iter().copied().filter(|cover| self.after.tree.holds(*top, *cover)));
        places.extend(parts.map(Place::in_one));
        let examples = places.iter().filter_map(|place| place.at_examples(|top| self.after.below(&all, top)));
        places.extend(examples.collect::<Vec<_>>());
        places
    }

    /// The first days of spans within which nothing changes.
    fn days<'v>(&self, voices: impl Iterator<Item = &'v Voice>, place: Place) -> (Vec<Day>, bool) {
        let mut days = BTreeSet::from([self.today]);
        let stays = [self.before, self.after].into_iter().flat_map(|model| {
            let areas = place.scopes().map(|cover| model.area_at(cover));
            let turns = areas.flat_map(|area| model.turns(self.user, area, self.today));
            turns.chain(model.stays_at(place)).collect::<Vec<_>>()
        });
        for span in voices.map(|voice| voice.days).chain(stays) {
            let ends = (span.to != Day::MAX).then(|| span.to.saturating_add(1));
            days.extend(
                [Some(span.from), ends].into_iter().flatten().filter(|day| *day > self.today && *day != Day::MIN),
            );
        }
        let cut_short = days.len() > DAYS_MAX;
        (days.into_iter().take(DAYS_MAX).collect(), cut_short)
    }

    /// The days on which one of the models allows the action and the other does not.
    fn pieces(&self, module: u32, bit: u128, place: Place, days: &[Day]) -> Vec<Piece> {
        let mut pieces: Vec<Piece> = Vec::new();
        for (index, day) in days.iter().enumerate() {
            let verdict = |model: &Model| model.decide_at(self.user, module, bit, place, *day);
            let verdicts = (verdict(self.before), verdict(self.after));
            let by_peers = || {
                let verdict = |peer: &u32| self.before.decide_at(*peer, module, bit, place, *day);
                self.peers.iter().any(|peer| Decision::of(verdict(peer)).allowed)
            };
            let is = Decision::of(verdicts.1).allowed;
            if Decision::of(verdicts.0).allowed == is || (is && by_peers()) {
                continue;
            }
            let to = days.get(index + 1).map_or(Day::MAX, |next| next - 1);
            match pieces.last_mut() {
                Some(last) if last.1 == verdicts && last.0.to == day - 1 => last.0.to = to,
                _ => pieces.push((Days { from: *day, to }, verdicts)),
            }
        }
        pieces
    }

    /// Whether what was found says no more than what was found at another place.
    fn contained(&self, module: u32, (place, piece, mask): (Place, Piece, u128), other: (Place, Piece, u128)) -> bool {
        let gained = |piece: &Piece| Decision::of(piece.1.1).allowed;
        let (outer, wider, more) = other;
        if wider.0.from > piece.0.from
            || wider.0.to < piece.0.to
            || gained(&wider) != gained(&piece)
            || mask & !more != 0
        {
            return false;
        }
        let within = |model: &Model| {
            let deed = model.deed_at(module, 0, place, piece.0.from);
            deed.is_some_and(|deed| outer.scopes().all(|cover| model.covers(cover, &deed)))
        };
        within(if gained(&piece) { self.after } else { self.before })
    }

    fn told(
        &self,
        module: u32,
        place: Place,
        (days, verdicts): Piece,
        mask: u128,
        voices: (&[Voice], &[Voice]),
    ) -> RightChange {
        let gained = Decision::of(verdicts.1).allowed;
        let (model, voices, code) =
            if gained { (self.after, voices.1, verdicts.1) } else { (self.before, voices.0, verdicts.0) };
        let deed = model.deed_at(module, 0, place, days.from);
        let mut giving: Vec<&Voice> = voices
            .iter()
            .filter(|voice| code != ReasonCode::RelationAllow && voice.set.0 & mask != 0)
            .filter(|voice| voice.priority.is_none() == (code == ReasonCode::PersonalAllow))
            .filter(|voice| voice.days.contains(days.from))
            .filter(|voice| deed.is_some_and(|deed| model.covers(voice.cover, &deed)))
            .collect();
        giving.sort_by_key(|voice| std::cmp::Reverse(voice.priority));
        let named = self.after.known_module(module).or_else(|| self.before.known_module(module));
        RightChange {
            gained,
            module: named.map(|row| row.code.to_string()).unwrap_or_default(),
            actions: named.map(|row| row.names_of(mask)).unwrap_or_default(),
            wage_type: None,
            scope: place.scopes().map(|cover| self.after.scope(cover)).collect(),
            window: Days { from: if days.from == self.today { Day::MIN } else { days.from }, ..days }.window(),
            before: verdicts.0,
            after: verdicts.1,
            via: giving
                .iter()
                .take(SOURCES_MAX)
                .filter_map(|voice| model.source(self.user, voice, days.from))
                .collect(),
        }
    }
}

//! The rules in words: number, section, one sentence. What breaks a rule stands in [`crate::rule`].

use crate::rule::{Code, code};

/// A rule of the domain.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rule {
    /// Its number: `U-03`.
    pub number: &'static str,
    /// The part of the domain that it belongs to.
    pub section: &'static str,
    /// What it demands.
    pub sentence: &'static str,
    /// Whether Remit does today what the sentence says.
    pub in_force: bool,
}

impl Rule {
    /// The codes of the violations of this rule, in the order of their table.
    pub fn codes(&self) -> impl Iterator<Item = &'static Code> + use<> {
        let number = self.number;
        code::ALL.iter().filter(move |code| code.rule == Some(number))
    }
}

/// The rule of a number.
pub fn find(number: &str) -> Option<&'static Rule> {
    ALL.iter().find(|rule| rule.number == number)
}

macro_rules! rules {
    ($($section:literal { $($number:literal $stands:ident $sentence:literal;)* })*) => {
        /// Every rule, by section and number.
        pub const ALL: &[Rule] = &[$($(Rule {
            number: $number,
            section: $section,
            sentence: $sentence,
            in_force: rules!(@$stands),
        }),*),*];
    };
    (@holds) => { true };
    (@later) => { false };
}

// A sentence that `holds` says nothing that Remit does not do. One that is to come `later` says
// what the rule demands.
rules! {
    "Users" {
        "U-01" holds "A user is an account with a kind, a state and a login that no other account has, in whatever case it is written.";
        "U-02" holds "An account is of one of five kinds: person, virtual, external filler, external administrator or service.";
        "U-03" holds "An account starts in a state that its kind allows and moves between states only as listed; a refused move names those that are allowed.";
        "U-04" holds "A block has causes, each with by whom, when and a note, and ends when all are lifted; too many failed log-ins bring one about, but never on the last administrator.";
        "U-05" holds "Lifting a block needs the permission for its cause, nobody lifts their own, and it brings back exactly the rights held before.";
        "U-06" holds "A deleted account can do nothing: its sessions, tokens, manual memberships, personal grants and worker link end at once.";
        "U-07" holds "A user who still has responsibilities can't be deleted; the refusal lists them, and on request all are handed over in the same go.";
        "U-08" holds "Only a deleted user can be forgotten: every personal value gives way to a stable pseudonym, for good.";
        "U-09" holds "A user whose qualification records are still needed as evidence can't be forgotten before that date.";
        "U-10" holds "What an account of a kind and state can do, be given or be linked to is decided by one table.";
        "U-11" holds "External administrators are marked in every listing and count in an area only while its owner allows that account.";
        "U-12" holds "An external filler is managed by the owners of the areas in which it is used, and never has credentials.";
        "U-13" holds "A user's personal notes are read by nobody else, and their text is in no log.";
        "U-14" holds "Qualifications of persons and fillers carry evidence and a window, and survive deletion and forgetting.";
        "U-15" holds "An invitation is a one-time link, good for 48 hours, by which users set their own password; a newer one voids it.";
        "U-16" holds "Users get all that is kept about them as one document, and those who may export it for others get it without the notes.";
    }
    "Activity" {
        "U-20" holds "Of an active user's doings only two instants are kept, the last real action and the last sign of life, and nobody else sees them.";
        "U-21" holds "A real action is a successful change or reported work; a sign of life is any authenticated call or reported presence.";
        "U-22" holds "Level and presence follow from these two instants and the open sessions, by thresholds that are settings.";
        "U-23" holds "Activity is seen only by the person, their heads and supervisors, and people who share an area, an object or a team with them.";
    }
    "Workers" {
        "W-01" holds "A worker is an employee, a contractor or another cooperating person with a unique personal number, and needs no account.";
        "W-02" holds "A folder is renamed only on its own and with a reason, not closed while a contract holds or is to come, never another person's, and erased only when closed, unlinked and past its retain_until.";
        "W-03" holds "A worker is linked to at most one user, and a user to at most one worker.";
        "W-04" holds "A link needs a person's account that is invited, active or blocked, is linked to nobody, and carries the worker's last name.";
        "W-05" holds "The accounts that a worker may be linked to are listed, on request with the near misses and why each is one.";
        "W-06" holds "A folder keeps the ledger of all its links, and once linked takes only an account of the same first and last name.";
        "W-07" holds "An account can be created for a worker, with the worker's names and the roles named, to be invited or to await release.";
        "W-08" holds "Unlinking ends the rights that came from the worker's contracts at once, lists them, and warns that it is not recommended.";
        "W-09" holds "Users read their own folder and see their own contracts, without editing them, while the folder is linked to them.";
    }
    "Departments, positions, contracts" {
        "D-01" holds "Departments form a tree without cycles, each with a unique code, and a subtree moves in one operation.";
        "D-02" holds "Everyone with a contract in force in a department gets its linked roles; the link is set and cleared at the department only.";
        "D-03" holds "A position has a code, a name and a window.";
        "D-04" holds "A contract names one worker, position, department and window; it counts on the days of its window while it is signed or ended.";
        "D-05" holds "The placement of a signed contract changes by transfer only, which ends one line and begins the next; drafts are free.";
        "D-06" holds "Contracts of one worker in the same department and position must not overlap once signed; workloads above 100 % draw a warning.";
    }
    "Roles" {
        "R-01" holds "A role is a named set of people that can hold rights; its priority settles conflicts, and outside its window it gives nothing.";
        "R-02" holds "A membership puts a user or another role into a role for a window, without cycles; along a path all windows must hold.";
        "R-03" holds "The members of an automatic role follow from contracts alone; adding or removing one by hand is refused.";
        "R-04" holds "A rule matches contracts by departments, positions, contract types, worker kinds or heads, given together as narrowing, or it matches all workers.";
        "R-05" holds "An automatic membership lasts exactly as long as its contract and its rule, also when no job runs that night.";
        "R-06" holds "Automatic memberships are brought in step at once when a contract, link, rule or the tree changes; doing so twice changes nothing more.";
        "R-07" holds "A sync of all workers that would remove too large a share of the automatic memberships applies nothing until it is confirmed.";
        "R-08" holds "A diagnosis tells step by step why a worker can't get at something, each step with its remedy.";
        "R-09" holds "Set-up brings roles that can be changed like any other; a change that leaves no active system administrator is refused.";
        "R-10" holds "A role reads as one page: members, modules, time and notifications.";
    }
    "Modules, rights, grants" {
        "P-01" holds "A module is a family of at most 128 actions over one kind of target; the built-in ones keep their shape, and an action that a grant names stays.";
        "P-02" holds "A grant allows or denies a role or a user actions of one module, each action one way, over a scope that fits the module.";
        "P-03" holds "A decision goes by guards, relations, personal grants, then all roles together; in a conflict the highest priority wins, and a tie is a deny.";
        "P-04" holds "Every decision can be explained: what decided, what was set aside and why, by which way, and what is missing.";
        "P-05" holds "What a user may do, on which targets they may do it, and who may do it to a target is answered completely, in pages.";
        "P-06" holds "Rights over a worker set on a role and those set on the worker's own page are the same rows.";
        "P-07" holds "Roles and persons offer wage types, to record or to ask for, with limits; on one type the highest priority decides, then the stricter.";
        "P-08" holds "Who checks and who closes a request follows from its wage type's group and the rights over time; nobody closes their own.";
        "P-09" holds "The built-in object types are a module each, and templates add their grants to objects that are created in their departments.";
        "P-10" holds "An object has a type, a title, a state, an author, an assignee and a team; Remit keeps its rights, not its content.";
    }
    "Guards" {
        "G-1" holds "Only an active account may do anything, and what it may do follows its kind.";
        "G-2" holds "Administering areas gives no right to their content.";
        "G-3" holds "External administrators never reach workers' folders, protected roles or protected areas: they are not put there, and it gives them nothing.";
        "G-4" holds "Protection rules bar the holders of chosen roles and positions from reading what belongs to others.";
        "G-5" holds "No one widens their own rights, in whatever way: a second person must make the change.";
    }
    "Areas, projects, calendars" {
        "A-01" holds "An area is an area, a project or a calendar with exactly one owner, processors and readers, a class and a state, in a tree without cycles.";
        "A-02" holds "Processors and readers are always roles: existing ones, new ones, or lists of people.";
        "A-03" holds "Processors work on the content and change no settings; readers see everything, change nothing, and may send the owner a notice.";
        "A-04" holds "An object's assignee and team see that object, and through it nothing else.";
        "A-05" holds "The owner sets who takes part in an area; area administrators see its settings but no content, and they alone define mark patterns.";
        "A-06" holds "A listing shows only the areas in which the caller has a right; area administrators see the whole tree.";
        "A-07" holds "Head and deputy work in an area, the director reads and sends notices, and who is given one task there sees that task alone.";
    }
    "Marks" {
        "A-10" holds "An area has a pattern for each object type that gives every new object its mark, from tokens and a counter.";
        "A-11" holds "A mark can be made of year, month, area and a counter that starts again each month.";
        "A-12" holds "A counter gives no number twice and skips none; a pattern that can repeat itself must say so.";
        "A-13" holds "A pattern is fixed, editable or user-defined; unknown tokens are refused with their position, and a preview shows examples.";
    }
    "Responsibilities and leaving" {
        "L-01" holds "What a user answers for can be listed: areas, roles, departments, fillers, objects, workers and personal grants.";
        "L-02" holds "Responsibilities go to successors who can bear them in one transaction, or not at all.";
        "L-03" holds "A setting may hand responsibilities to the supervisor when a worker leaves; it is off by default.";
        "L-04" holds "When the last contract is over, automatic roles end and a setting says what becomes of the account; coming back revives no manual rights.";
    }
    "Notifications" {
        "N-01" holds "A role subscribes to types of notifications, built in or of a customer's module, for all its members or one named person, at once or daily.";
        "N-02" holds "Notifications reach the person's inbox, which counts the unread and marks them read; nobody is notified of what they may not see.";
    }
    "History and plans" {
        "H-01" holds "Every change is recorded in the transaction that makes it, under a dense, totally ordered revision; secrets never are.";
        "H-02" later "Rights can be asked for a day as they were known on another day, in both directions.";
        "H-03" holds "One kind of plan shows what a change would do to people's rights, and applies exactly that if nothing it read has changed.";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_rule_stands_once_and_in_order() {
        let numbered = |letter: &'static str, from: u32, to: u32| (from..=to).map(move |n| format!("{letter}-{n:02}"));
        let expected: Vec<String> = numbered("U", 1, 16)
            .chain(numbered("U", 20, 23))
            .chain(numbered("W", 1, 9))
            .chain(numbered("D", 1, 6))
            .chain(numbered("R", 1, 10))
            .chain(numbered("P", 1, 10))
            .chain((1..=5).map(|n| format!("G-{n}")))
            .chain(numbered("A", 1, 7))
            .chain(numbered("A", 10, 13))
            .chain(numbered("L", 1, 4))
            .chain(numbered("N", 1, 2))
            .chain(numbered("H", 1, 3))
            .collect();
        let numbers: Vec<_> = ALL.iter().map(|rule| rule.number).collect();
        assert_eq!(numbers, expected);
    }

    #[test]
    fn every_rule_is_one_sentence_of_its_own() {
        let sentences: BTreeSet<_> = ALL.iter().map(|rule| rule.sentence).collect();
        assert_eq!(sentences.len(), ALL.len());
        for Rule { number, sentence, .. } in ALL {
            assert!(sentence.ends_with('.') && !sentence.contains(". "), "{number} is not one sentence");
            assert!((20..=200).contains(&sentence.chars().count()), "{number} is too short or too long");
        }
    }

    // A rule that changes are refused for is one that Remit holds.
    #[test]
    fn every_rule_that_a_code_names_is_known_and_in_force() {
        for code in code::ALL {
            let Some(number) = code.rule else { continue };
            let rule = find(number).unwrap_or_else(|| panic!("{} names {number}, which there is none of", code.name));
            assert!(rule.in_force, "{} refuses for {number}, which is not in force", code.name);
            assert!(rule.codes().any(|known| known == code), "{number} does not know {}", code.name);
        }
        assert!(find("U-99").is_none());
    }
}

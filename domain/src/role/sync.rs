//! Role sync: which automatic memberships follow from contracts.
//!
//! Pure: the caller loads rules, departments, and the workers with their contracts and present
//! automatic memberships; [`RuleBook::wanted`] says what there should be, [`RuleBook::compare`] what to do and why.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

use crate::id::{ContractId, DepartmentId, PositionId, RoleId, RoleRuleId, UserId, WorkerId};
use crate::named_values;
use crate::organisation::{Contract, Department};
use crate::role::{Member, Membership, RoleRule, RuleDepartment, Source};
use crate::window::Window;
use crate::worker::Worker;

/// All rules, indexed by department and position, so that no contract meets every rule.
pub struct RuleBook<'a> {
    rules: Cow<'a, [RoleRule]>,
    /// Rules that name a department, under each department that they reach.
    by_department: HashMap<DepartmentId, Vec<usize>>,
    /// Rules that name positions but no department.
    by_position: HashMap<PositionId, Vec<usize>>,
    /// Rules that name neither.
    general: Vec<usize>,
    /// The departments that each worker heads.
    heads: HashMap<WorkerId, HashSet<DepartmentId>>,
}

/// An automatic membership that should be: contract and rule it comes from, role, window.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Wanted {
    /// The rule.
    pub rule_id: RoleRuleId,
    /// The contract.
    pub contract_id: ContractId,
    /// The role.
    pub role_id: RoleId,
    /// The contract's window cut by the rule's.
    pub window: Window,
}

impl<'a> RuleBook<'a> {
    /// Indexes the rules over the department tree.
    pub fn new(rules: impl Into<Cow<'a, [RoleRule]>>, departments: &[Department]) -> Self {
        let rules = rules.into();
        let mut children: HashMap<DepartmentId, Vec<DepartmentId>> = HashMap::new();
        let mut heads: HashMap<WorkerId, HashSet<DepartmentId>> = HashMap::new();
        for department in departments {
            if let Some(parent) = department.parent_id {
                children.entry(parent).or_default().push(department.id);
            }
            if let Some(head) = department.head_id {
                heads.entry(head).or_default().insert(department.id);
            }
        }
        let (mut by_department, mut by_position): (HashMap<_, Vec<usize>>, HashMap<_, Vec<usize>>) = Default::default();
        let mut general = Vec::new();
        for (index, rule) in rules.iter().enumerate() {
            if !rule.departments.is_empty() {
                let mut reached = HashSet::new();
                let (deep, flat): (Vec<&RuleDepartment>, Vec<&RuleDepartment>) =
                    rule.departments.iter().partition(|named| named.include_subtree);
                let mut open: Vec<_> = deep.iter().map(|named| named.id).collect();
                while let Some(id) = open.pop() {
                    if reached.insert(id) {
                        open.extend(children.get(&id).into_iter().flatten());
                    }
                }
                reached.extend(flat.iter().map(|named| named.id));
                for id in reached {
                    by_department.entry(id).or_default().push(index);
                }
            } else if !rule.position_ids.is_empty() {
                for id in &rule.position_ids {
                    by_position.entry(*id).or_default().push(index);
                }
            } else {
                general.push(index);
            }
        }
        Self { rules, by_department, by_position, general, heads }
    }

    /// The memberships that the worker's contracts should bring; an unlinked folder brings none.
    /// Those of contracts that have ended stay, so that the past stays true.
    pub fn wanted(&self, worker: &Worker, contracts: &[&Contract]) -> Vec<Wanted> {
        if worker.user_id.is_none() {
            return Vec::new();
        }
        self.following(worker, contracts)
    }

    /// The same, whether the folder is linked or not.
    pub fn following(&self, worker: &Worker, contracts: &[&Contract]) -> Vec<Wanted> {
        let mut out = Vec::new();
        for contract in contracts.iter().filter(|contract| contract.counts()) {
            let candidates = self
                .by_department
                .get(&contract.department_id)
                .into_iter()
                .chain(self.by_position.get(&contract.position_id))
                .flatten()
                .chain(&self.general);
            for rule in candidates.filter_map(|index| self.rules.get(*index)) {
                if !self.matches(rule, worker, contract) {
                    continue;
                }
                if let Some(window) = contract.window.intersect(&rule.window) {
                    out.push(Wanted { rule_id: rule.id, contract_id: contract.id, role_id: rule.role_id, window });
                }
            }
        }
        out
    }

    /// The parts that the index does not settle.
    fn matches(&self, rule: &RoleRule, worker: &Worker, contract: &Contract) -> bool {
        let any = |empty: bool, holds: bool| empty || holds;
        any(rule.position_ids.is_empty(), rule.position_ids.contains(&contract.position_id))
            && any(rule.contract_types.is_empty(), rule.contract_types.contains(&contract.contract_type))
            && any(rule.worker_kinds.is_empty(), rule.worker_kinds.contains(&worker.kind))
            && any(
                rule.head_of.is_empty(),
                self.heads.get(&worker.id).is_some_and(|headed| rule.head_of.iter().any(|id| headed.contains(id))),
            )
    }
}

named_values! {
    /// Why a sync touches a membership.
    pub enum SyncReason {
        /// A contract matches a rule: added.
        RuleMatches = "rule_matches",
        /// Contract or rule have another window: adjusted.
        WindowChanged = "window_changed",
        /// The rule is of another role: adjusted.
        RoleChanged = "role_changed",
        /// There is no such rule any more: removed.
        RuleGone = "rule_gone",
        /// The contract was cancelled or is gone: removed.
        ContractGone = "contract_gone",
        /// Contract or worker no longer match the rule, or their windows no longer meet: removed.
        RuleNoLongerMatches = "rule_no_longer_matches",
    }
}

impl Diff {
    /// Whether nothing is to be done.
    pub fn is_empty(&self) -> bool {
        self.add.is_empty() && self.adjust.is_empty() && self.remove.is_empty()
    }
}

impl RuleBook<'_> {
    /// Compares the automatic memberships of a worker's account with those that its contracts should bring, and says why
    /// each differs. An unlinked folder has none and wants none.
    pub fn compare(&self, worker: &Worker, contracts: &[&Contract], present: &[&Membership]) -> Diff {
        let Some(user) = worker.user_id else { return Diff::default() };
        let mut found = diff(user, present, &self.wanted(worker, contracts));
        for (membership, reason) in &mut found.remove {
            *reason = self.why_gone(membership, contracts);
        }
        found
    }

    /// Why a membership is to go.
    fn why_gone(&self, membership: &Membership, contracts: &[&Contract]) -> SyncReason {
        let counts = |contract: &&&Contract| Some(contract.id) == membership.contract_id && contract.counts();
        if !self.rules.iter().any(|rule| Some(rule.id) == membership.rule_id) {
            SyncReason::RuleGone
        } else if contracts.iter().find(counts).is_none() {
            SyncReason::ContractGone
        } else {
            SyncReason::RuleNoLongerMatches
        }
    }
}

/// Whether a sync of all workers goes too far to be done without somebody looking at it: at least
/// [`BREAKER_FROM`] memberships would go that are not over anyway, and more than that share of all.
pub fn trips_breaker(removed: usize, present: usize, percent: i64) -> bool {
    let share = u128::try_from(percent.clamp(0, 100)).unwrap_or(0);
    removed >= BREAKER_FROM && (removed as u128) * 100 > (present as u128) * share
}

/// Fewer memberships than this never trip the breaker.
pub const BREAKER_FROM: usize = 10;

/// What a sync does for one worker. What merely has another window is kept and adjusted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Diff {
    /// To be added.
    pub add: Vec<Wanted>,
    /// To be given another window or role, as they shall be.
    pub adjust: Vec<(Membership, SyncReason)>,
    /// To be removed.
    pub remove: Vec<(Membership, SyncReason)>,
    /// Stay as they are.
    pub kept: usize,
}

/// Compares the automatic memberships that a user has with those that there should be.
/// Memberships of other sources are left alone.
fn diff(user: UserId, present: &[&Membership], wanted: &[Wanted]) -> Diff {
    let mut out = Diff::default();
    let mut open: BTreeMap<(RoleRuleId, ContractId), &Wanted> =
        wanted.iter().map(|want| ((want.rule_id, want.contract_id), want)).collect();
    for membership in present {
        if membership.source != Source::Automatic || membership.member != Member::User(user) {
            continue;
        }
        let key = membership.rule_id.zip(membership.contract_id);
        match key.and_then(|key| open.remove(&key)) {
            None => out.remove.push(((*membership).clone(), SyncReason::RuleNoLongerMatches)),
            Some(want) if want.window == membership.window && want.role_id == membership.role_id => out.kept += 1,
            Some(want) => {
                let same = want.role_id == membership.role_id;
                let reason = if same { SyncReason::WindowChanged } else { SyncReason::RoleChanged };
                let after = Membership { role_id: want.role_id, window: want.window, ..(*membership).clone() };
                out.adjust.push((after, reason));
            }
        }
    }
    out.add.extend(open.into_values().copied());
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::MembershipId;
    use crate::organisation::{ContractState, ContractType};
    use crate::worker::{WorkerKind, WorkerState};
    use uuid::Uuid;

    fn id<T: From<Uuid>>(n: u128) -> T {
        Uuid::from_u128(n).into()
    }

    fn department(n: u128, parent: Option<u128>, head: Option<u128>) -> Department {
        Department {
            id: id(n),
            external_id: None,
            code: n.to_string(),
            name: n.to_string(),
            parent_id: parent.map(id),
            head_id: head.map(id),
            linked_role_ids: vec![],
            window: Window::ALWAYS,
        }
    }

    fn rule(n: u128) -> RoleRule {
        RoleRule {
            id: id(n),
            external_id: None,
            role_id: id(n),
            departments: vec![],
            position_ids: vec![],
            contract_types: vec![],
            worker_kinds: vec![],
            head_of: vec![],
            all_workers: false,
            department_link: false,
            window: Window::ALWAYS,
        }
    }

    fn worker() -> Worker {
        Worker {
            id: id(1),
            external_id: None,
            kind: WorkerKind::Employee,
            personal_number: "1".into(),
            first_name: "A".into(),
            last_name: "B".into(),
            birth_date: None,
            email: None,
            phone: None,
            state: WorkerState::Active,
            ever_closed: false,
            user_id: Some(id(1)),
            retain_until: None,
            links: vec![],
        }
    }

    fn contract(n: u128, department: u128, position: u128) -> Contract {
        Contract {
            id: id(n),
            external_id: None,
            worker_id: id(1),
            department_id: id(department),
            position_id: id(position),
            contract_type: ContractType::Employment,
            workload_percent: 100,
            supervisor_id: None,
            state: ContractState::Signed,
            window: Window::new("2026-01-01".parse().ok(), "2026-12-31".parse().ok()),
        }
    }

    fn roles(rules: &[RoleRule], departments: &[Department], contracts: &[&Contract]) -> Vec<u128> {
        let mut roles: Vec<_> = RuleBook::new(rules, departments)
            .wanted(&worker(), contracts)
            .into_iter()
            .map(|want| want.role_id.0.as_u128())
            .collect();
        roles.sort_unstable();
        roles
    }

    #[test]
    fn the_breaker_trips_from_ten_and_above_the_share() {
        //
        assert!(!trips_breaker(9, 9, 20), "fewer than ten are no danger");
        assert!(trips_breaker(10, 10, 20));
        assert!(!trips_breaker(10, 50, 20), "exactly the share");
        assert!(trips_breaker(11, 50, 20));
        assert!(!trips_breaker(50, 50, 100), "never more than all");
    }

    #[test]
    fn parts_given_together_must_all_match() {
        //
        let departments = [
            department(1, None, None),
            department(2, Some(1), Some(1)),
            department(3, None, None),
            department(4, None, None),
        ];
        let departments =
            departments.map(|d| if d.id == id(1) { Department { parent_id: Some(id(4)), ..d } } else { d });
        let named = |n, include_subtree| vec![RuleDepartment { id: id(n), include_subtree }];
        let rules = [
            RoleRule { departments: named(1, true), ..rule(10) },
            RoleRule { departments: named(1, false), ..rule(11) },
            RoleRule { position_ids: vec![id(5)], ..rule(12) },
            RoleRule { departments: named(2, false), position_ids: vec![id(6)], ..rule(13) },
            RoleRule {
                // A department below another that is named with its subtree.
                departments: vec![
                    RuleDepartment { id: id(1), include_subtree: false },
                    RuleDepartment { id: id(4), include_subtree: true },
                ],
                ..rule(19)
            },
            RoleRule { contract_types: vec![ContractType::Service], ..rule(14) },
            RoleRule { worker_kinds: vec![WorkerKind::Employee], ..rule(15) },
            RoleRule { head_of: vec![id(2)], ..rule(16) },
            RoleRule { head_of: vec![id(3)], ..rule(17) },
            RoleRule { all_workers: true, ..rule(18) },
        ];
        assert_eq!(roles(&rules, &departments, &[&contract(1, 2, 5)]), [10, 12, 15, 16, 18, 19]);
        assert_eq!(roles(&rules, &departments, &[&contract(1, 1, 6)]), [10, 11, 15, 16, 18, 19]);
        let draft = Contract { state: ContractState::Draft, ..contract(1, 2, 5) };
        assert!(roles(&rules, &departments, &[&draft]).is_empty());
    }

    #[test]
    fn a_membership_carries_contract_and_rule_and_both_windows_cut() {
        //
        let rules = [RoleRule { all_workers: true, window: Window::new("2026-06-01".parse().ok(), None), ..rule(1) }];
        let wanted = RuleBook::new(&rules, &[]).wanted(&worker(), &[&contract(7, 1, 1)]);
        assert_eq!(wanted[0].contract_id, id(7));
        assert_eq!(wanted[0].window, Window::new("2026-06-01".parse().ok(), "2026-12-31".parse().ok()));
    }

    #[test]
    fn a_second_run_changes_nothing_and_manual_memberships_are_left_alone() {
        //
        let rules = [RoleRule { all_workers: true, ..rule(1) }];
        let wanted = RuleBook::new(&rules, &[]).wanted(&worker(), &[&contract(7, 1, 1)]);
        let manual = Membership {
            id: MembershipId(Uuid::from_u128(1)),
            external_id: None,
            role_id: id(1),
            member: Member::User(id(1)),
            source: Source::Manual,
            contract_id: None,
            rule_id: None,
            window: Window::ALWAYS,
        };
        let first = diff(id(1), &[&manual], &wanted);
        assert_eq!((first.add.len(), first.remove.len(), first.kept), (1, 0, 0));
        let made = Membership {
            source: Source::Automatic,
            contract_id: Some(id(7)),
            rule_id: Some(id(1)),
            window: first.add[0].window,
            ..manual.clone()
        };
        let second = diff(id(1), &[&manual, &made], &wanted);
        assert_eq!(second, Diff { kept: 1, ..Diff::default() });
        let gone = diff(id(1), &[&manual, &made], &[]);
        assert_eq!(gone.remove, [(made, SyncReason::RuleNoLongerMatches)]);
    }
}

//! Departments as a numbered tree, contracts as placements in it (section 3).

use super::apply::Open;
use super::facts::ContractFact;
use super::ids::NONE;
use super::rows::{ContractRow, Cover, Days, Entry, Stay};
use super::{DepartmentIx, Model};
use crate::organisation::{Contract, Department};

/// Numbers from the first to the last, both inclusive.
type Span = (u32, u32);

/// Where scopes find the numbers that they cover: everything, a department, its subtree.
pub(super) const EVERYTHING: u32 = 0;
/// See [`EVERYTHING`].
pub(super) const fn alone(department: u32) -> u32 {
    department.saturating_mul(2).saturating_add(1)
}
/// See [`EVERYTHING`].
pub(super) const fn with_subtree(department: u32) -> u32 {
    department.saturating_mul(2).saturating_add(2)
}

/// The departments in the order of a walk through the tree. Those of a subtree stand together,
/// which makes "lies below" a comparison of two numbers.
#[derive(Clone, Debug, Default)]
pub(super) struct Tree {
    /// The numbers that a scope covers. No department has the number [`NONE`].
    spans: Vec<Span>,
    order: Vec<u32>,
}

impl Tree {
    /// Whether every department has a number.
    pub(super) fn fits(&self, departments: u32) -> bool {
        self.order.len() == departments as usize && !self.spans.is_empty()
    }

    /// The numbers that a scope covers; none for a scope that is unknown.
    #[inline]
    pub(super) fn span(&self, scope: u32) -> Span {
        self.spans.get(scope as usize).copied().unwrap_or((1, 0))
    }

    /// The number of a department.
    #[inline]
    pub(super) fn number(&self, department: u32) -> u32 {
        self.spans.get(alone(department) as usize).map_or(NONE, |span| span.0)
    }

    /// Whether `below` is `top` or lies below it.
    #[inline]
    pub(super) fn within(&self, below: u32, top: u32) -> bool {
        let (at, (first, last)) = (self.number(below), self.span(with_subtree(top)));
        first <= at && at <= last
    }

    /// Whether one scope over departments holds all that another does.
    pub(super) fn holds(&self, outer: Cover, inner: Cover) -> bool {
        match (outer, inner) {
            (Cover::Subtree(top), Cover::Department(below) | Cover::Subtree(below)) => self.within(below, top),
            _ => false,
        }
    }

    /// The department and all below it.
    pub(super) fn subtree(&self, top: u32) -> &[u32] {
        let (first, last) = self.span(with_subtree(top));
        self.order.get(first as usize..=last as usize).unwrap_or_default()
    }

    /// Numbers a forest given by its parents. Departments on a cycle, which D-01 refuses, are
    /// each numbered once.
    fn of(parents: &[u32]) -> Self {
        // Children of a department stand together: `starts` tells where.
        let mut starts = vec![0_usize; parents.len() + 1];
        let inner = |parent: u32| (parent as usize) < parents.len();
        for parent in parents.iter().copied().filter(|parent| inner(*parent)) {
            if let Some(start) = starts.get_mut(parent as usize + 1) {
                *start += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut children = vec![NONE; sum];
        let mut next = starts.clone();
        for (child, parent) in (0_u32..).zip(parents) {
            if let Some(at) = next.get_mut(*parent as usize).filter(|_| inner(*parent)) {
                if let Some(place) = children.get_mut(*at) {
                    *place = child;
                }
                *at += 1;
            }
        }
        let mut tree =
            Self { spans: vec![(NONE, NONE); 2 * parents.len() + 1], order: Vec::with_capacity(parents.len()) };
        if let Some(everything) = tree.spans.first_mut() {
            *everything = (0, NONE);
        }
        let tops = (0_u32..).zip(parents).filter(|(_, parent)| !inner(**parent)).map(|(top, _)| top);
        for top in tops.chain(0..parents.len() as u32) {
            tree.walk(top, &starts, &children);
        }
        tree
    }

    fn walk(&mut self, top: u32, starts: &[usize], children: &[u32]) {
        // The flag tells the way back up, when all below has its number.
        let mut path = vec![(top, false)];
        while let Some((department, done)) = path.pop() {
            let next = self.order.len() as u32;
            let Some([alone, deep]) =
                self.spans.get_mut(alone(department) as usize..).and_then(|spans| spans.first_chunk_mut())
            else {
                continue;
            };
            if done {
                deep.1 = next - 1;
            } else if alone.0 == NONE {
                *alone = (next, next);
                deep.0 = next;
                self.order.push(department);
                path.push((department, true));
                let ix = department as usize;
                if let (Some(from), Some(to)) = (starts.get(ix), starts.get(ix + 1)) {
                    let below = children.get(*from..*to).unwrap_or_default();
                    path.extend(below.iter().map(|child| (*child, false)));
                }
            }
        }
    }
}

impl Model {
    pub(super) fn put_department(&mut self, department: &Department, open: &mut Open) {
        let ix = self.departments.intern(department.id.0);
        let parent = department.parent_id.map_or(NONE, |id| self.departments.intern(id.0));
        if let Some(more) = self.departments.more.get_mut(ix) {
            more.external = department.external_id.as_deref().map(Into::into);
        }
        let Some(row) = self.departments.get_mut(ix) else { return };
        open.tree |= std::mem::replace(&mut row.parent, parent) != parent;
        if !std::mem::replace(&mut row.known, true) {
            self.counts.departments += 1;
        }
    }

    pub(super) fn forget_department(&mut self, department: &Department, open: &mut Open) {
        let Some(ix) = self.departments.find(department.id.0) else { return };
        let Some(row) = self.departments.get_mut(ix) else { return };
        open.tree |= std::mem::replace(&mut row.parent, NONE) != NONE;
        if std::mem::replace(&mut row.known, false) {
            self.counts.departments -= 1;
        }
    }

    pub(super) fn renumber_departments(&mut self) {
        let parents: Vec<u32> = self.departments.rows.iter().map(|(_, row)| row.parent).collect();
        self.tree = std::sync::Arc::new(Tree::of(&parents));
    }

    pub(super) fn put_contract(&mut self, contract: &ContractFact) {
        let ix = match self.contracts.find(contract.id.0) {
            Some(ix) => {
                self.detach_contract(ix);
                ix
            }
            None => {
                self.counts.contracts += 1;
                self.contracts.intern(contract.id.0)
            }
        };
        let (worker, department) =
            (self.workers.intern(contract.worker_id.0), self.departments.intern(contract.department_id.0));
        let days = Days::from(contract.window);
        let position = self.positions.intern(contract.position_id.0);
        let mut row =
            ContractRow { worker, department, position, days, counts: contract.counts, ..ContractRow::default() };
        if row.counts {
            let stay = Stay { at: department, days };
            if let Some(worker) = self.workers.rows.get_mut(worker)
                && !worker.places.add(stay)
            {
                worker.more = true;
                if let Some(more) = self.workers.more.get_mut(row.worker) {
                    pushed(&mut more.places, stay);
                }
            }
            if let Some(department) = self.departments.get_mut(department) {
                row.place = department.contracts.push(Entry { row: ix, to: worker, days });
            }
        }
        if let Some(place) = self.contracts.get_mut(ix) {
            *place = row;
        }
        if row.counts {
            self.place(ix);
        }
    }

    pub(super) fn forget_contract(&mut self, contract: &Contract) {
        let Some(ix) = self.contracts.find(contract.id.0) else { return };
        self.detach_contract(ix);
        self.contracts.release(ix);
        self.counts.contracts -= 1;
    }

    fn detach_contract(&mut self, ix: u32) {
        let Some(row) = self.contracts.get(ix).copied().filter(|row| row.counts) else { return };
        self.displace(ix);
        let stay = Stay { at: row.department, days: row.days };
        if let Some(worker) = self.workers.rows.get_mut(row.worker)
            && !worker.places.remove(stay)
            && let Some(more) = self.workers.more.get_mut(row.worker)
        {
            without(&mut more.places, stay);
            worker.more = !more.places.is_empty();
        }
        let department = self.departments.get_mut(row.department);
        if let Some(moved) = department.and_then(|department| department.contracts.take(row.place))
            && let Some(moved) = self.contracts.get_mut(moved.row)
        {
            moved.place = row.place;
        }
    }

    /// The department above.
    pub fn parent_of(&self, department: DepartmentIx) -> Option<DepartmentIx> {
        let parent = self.departments.get(department.0)?.parent;
        self.departments.get(parent).filter(|row| row.known).map(|_| DepartmentIx(parent))
    }

    /// Whether a department is the other one or lies below it (D-01).
    pub fn lies_within(&self, below: DepartmentIx, top: DepartmentIx) -> bool {
        below == top || self.tree.within(below.0, top.0)
    }
}

/// Adds to a boxed slice, which holds no spare room.
fn pushed(slice: &mut Box<[Stay]>, item: Stay) {
    let mut items = std::mem::take(slice).into_vec();
    items.reserve_exact(1);
    items.push(item);
    *slice = items.into_boxed_slice();
}

/// Takes one like it out of a boxed slice.
fn without(slice: &mut Box<[Stay]>, item: Stay) {
    if let Some(at) = slice.iter().position(|found| *found == item) {
        let mut items = std::mem::take(slice).into_vec();
        items.swap_remove(at);
        *slice = items.into_boxed_slice();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subtree_is_a_span_of_numbers() {
        // D-01: 0 over 1 and 2; 3 under 2; 4 alone; 5 and 6 in a cycle.
        let tree = Tree::of(&[NONE, 0, 0, 2, NONE, 6, 5]);
        assert!(tree.within(3, 0) && tree.within(3, 2) && tree.within(2, 2));
        assert!(!tree.within(3, 1) && !tree.within(0, 3) && !tree.within(4, 0));
        let mut below = tree.subtree(0).to_vec();
        below.sort_unstable();
        assert_eq!(below, [0, 1, 2, 3]);
        assert!(tree.subtree(9).is_empty());
        assert!(tree.fits(7) && tree.within(5, 5) && tree.within(6, 6));
    }
}

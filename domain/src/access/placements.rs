//! Departments as a numbered tree, contracts as placements in it (section 3).

use super::apply::Open;
use super::ids::NONE;
use super::rows::{ContractsOfDepartment, ContractRow, Days, Place};
use super::threads::{link, unlink};
use super::{DepartmentIx, Model};
use crate::organisation::{Contract, Department};

/// The departments in the order of a walk through the tree. Those of a subtree stand together,
/// which makes "lies below" a comparison of two numbers.
#[derive(Clone, Debug, Default)]
pub(super) struct Tree {
    /// For each department its place in `order` and that of the last one below it.
    spans: Vec<(u32, u32)>,
    order: Vec<u32>,
}

impl Tree {
    /// Whether every department has a number.
    pub(super) fn fits(&self, departments: u32) -> bool {
        self.spans.len() == departments as usize
    }

    /// Whether `below` is `top` or lies below it.
    #[inline]
    pub(super) fn within(&self, below: u32, top: u32) -> bool {
        match (self.spans.get(below as usize), self.spans.get(top as usize)) {
            (Some((at, _)), Some((first, last))) => first <= at && at <= last,
            _ => false,
        }
    }

    /// The department and all below it.
    pub(super) fn subtree(&self, top: u32) -> &[u32] {
        let span = self.spans.get(top as usize);
        span.and_then(|(first, last)| self.order.get(*first as usize..=*last as usize)).unwrap_or_default()
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
        let mut tree = Self { spans: vec![(NONE, NONE); parents.len()], order: Vec::with_capacity(parents.len()) };
        let tops = (0_u32..).zip(parents).filter(|(_, parent)| !inner(**parent)).map(|(top, _)| top);
        for top in tops.chain(0..parents.len() as u32) {
            tree.number(top, &starts, &children);
        }
        tree
    }

    fn number(&mut self, top: u32, starts: &[usize], children: &[u32]) {
        // The flag tells the way back up, when all below has its number.
        let mut path = vec![(top, false)];
        while let Some((department, done)) = path.pop() {
            let at = self.order.len() as u32;
            let Some(span) = self.spans.get_mut(department as usize) else { continue };
            if done {
                span.1 = at - 1;
            } else if span.0 == NONE {
                span.0 = at;
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
        let parents: Vec<u32> = self.departments.rows().iter().map(|(_, row)| row.parent).collect();
        self.tree = std::sync::Arc::new(Tree::of(&parents));
    }

    pub(super) fn put_contract(&mut self, contract: &Contract) {
        if self.contracts.find(contract.id.0).is_none() {
            self.counts.contracts += 1;
        }
        let ix = self.contracts.intern(contract.id.0);
        self.detach_contract(ix);
        let (worker, department) =
            (self.workers.intern(contract.worker_id.0), self.departments.intern(contract.department_id.0));
        let days = Days::from(contract.window);
        let Some(row) = self.contracts.get_mut(ix) else { return };
        *row = ContractRow { id: row.id, worker, department, days, counts: contract.counts(), ..ContractRow::default() };
        if !row.counts {
            return;
        }
        if let Some(row) = self.workers.get_mut(worker) {
            pushed(&mut row.places, Place { department, days, contract: ix });
        }
        if let Some(row) = self.departments.get_mut(department) {
            link::<_, ContractsOfDepartment>(self.contracts.rows_mut(), &mut row.contracts, ix);
        }
    }

    pub(super) fn forget_contract(&mut self, contract: &Contract) {
        let Some(ix) = self.contracts.find(contract.id.0) else { return };
        self.detach_contract(ix);
        self.contracts.release(ix);
        self.counts.contracts -= 1;
    }

    fn detach_contract(&mut self, ix: u32) {
        let Some(row) = self.contracts.get_mut(ix).filter(|row| row.counts) else { return };
        row.counts = false;
        let (worker, department) = (row.worker, row.department);
        if let Some(row) = self.workers.get_mut(worker) {
            without(&mut row.places, |place| place.contract == ix);
        }
        if let Some(row) = self.departments.get_mut(department) {
            unlink::<_, ContractsOfDepartment>(self.contracts.rows_mut(), &mut row.contracts, ix);
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
pub(super) fn pushed<T>(slice: &mut Box<[T]>, item: T) {
    let mut items = std::mem::take(slice).into_vec();
    items.reserve_exact(1);
    items.push(item);
    *slice = items.into_boxed_slice();
}

/// Takes the first that matches out of a boxed slice.
pub(super) fn without<T>(slice: &mut Box<[T]>, is_it: impl FnMut(&T) -> bool) {
    if let Some(at) = slice.iter().position(is_it) {
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

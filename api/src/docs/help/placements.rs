//! Help with departments and contracts.

super::help! {
    "department_cycle" on "/api/v1/departments/{id}" at "/parent_id": "the parent lies below the department or is the department itself",
        "The department would lie below itself, and the tree would be none.",
        "Choose a parent outside of the department's own subtree. To turn the two around, move the lower one up first.";
    "contract_state_refused" on "/api/v1/contracts/{id}/sign": "the contract is ended",
        "The contract can't make that move from its present state. A draft is signed or cancelled, a signed one ended, transferred or cancelled, an ended one ended on another day or, until that day has passed, transferred; a cancelled one stays so.",
        "Read the contract again: somebody may have moved it before you. For a new period create a new contract.";
    "contract_placement_fixed" on "/api/v1/contracts/{id}" at "/department_id": "the contract is signed: use transfer",
        "Department, position, type, workload and first day of a signed contract never change in place, so that the past stays true.",
        "Use `POST /api/v1/contracts/{id}/transfer` with the day from which the new values hold: it ends this line and begins the next. If the contract was a mistake, cancel it and make another.";
    "contract_not_deletable" on "/api/v1/contracts/{id}": "the contract is signed",
        "Only a draft can be deleted. What was signed stays on record.",
        "`POST /api/v1/contracts/{id}/cancel` if it never counted, `/end` with its last day if it did.";
    "transfer_outside_window" on "/api/v1/contracts/{id}/transfer" at "/valid_from": "valid_from must lie inside the contract, after its first day",
        "A transfer ends the old line on the day before, so its day must lie inside the contract and after its first day.",
        "Choose a later `valid_from` that is not after the contract's `valid_to`. If the new values should hold from the first day, cancel the contract and make another.";
    "transfer_line_over" on "/api/v1/contracts/{id}/transfer": "the contract was over on 2026-03-31",
        "The contract's last day has passed. Where somebody worked until then stays on record: a transfer would write it anew.",
        "Transfer the contract that goes on from there: its transfer may be dated back as far as its second day, if it is entered late. If a transfer was entered with a wrong day, cancel the contract that it began, `/end` this one on the day on which it would have ended, and transfer it again.";
    "transfer_same_placement" on "/api/v1/contracts/{id}/transfer": "nothing would change",
        "The transfer names the department, position, type, workload and supervisor that the contract has already.",
        "Send at least one that differs. To change the last day alone, use `/end`.";
    "contract_overlap" on "/api/v1/contracts/{id}/sign" at "/valid_from": "overlaps with contract 019aa0b2-7a51-7c04-9d6a-7a3f0c1f5e11",
        "The worker has another signed or ended contract in the same department and position on some of the same days. Both ends of a window belong to it.",
        "Begin on the day after the other one ends, or end the other one earlier. `detail` names it. Another department or position may overlap.";
}

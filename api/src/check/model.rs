//! The compiled model must answer as the plain evaluator does over the same rows.

use domain::access::slow::Company;
use domain::access::{Question, TargetIx, WageClaim, WageQuestion};
use domain::change::Record;
use persistence::{Reader, StoreError};

use crate::check::Report;
use crate::live;

/// Questions that are asked of both.
const QUESTIONS: usize = 5_000;

/// Questions about wage types that are asked of both.
const WAGE_QUESTIONS: usize = 1_000;

/// Asks both the same questions, spread over users, actions, targets and days.
///
/// # Errors
/// The database can't be read.
pub fn compare(reader: &mut Reader<'_>, rows: &[Record], report: &mut Report) -> Result<(), StoreError> {
    let model = live::load_model(reader)?;
    let company = Company::from_records(rows.iter().cloned());
    let (mut users, mut workers, mut objects, mut areas) = (vec![], vec![], vec![], vec![]);
    let (mut modules, mut days, mut wage_types) = (vec![], vec![], vec![]);
    for row in rows {
        match row {
            Record::User(user) => users.push(user.id),
            Record::Worker(worker) => workers.push(worker.id),
            Record::Object(object) => objects.push(object.clone()),
            Record::Area(area) => areas.push(area.id),
            Record::Module(module) => modules.push(module.clone()),
            Record::WageType(wage_type) => wage_types.push(wage_type.id),
            Record::Contract(contract) => days.extend([contract.window.valid_from, contract.window.valid_to]),
            Record::Membership(membership) => days.extend([membership.window.valid_from, membership.window.valid_to]),
            _ => {}
        }
    }
    let mut days: Vec<chrono::NaiveDate> = days.into_iter().flatten().collect();
    days.push(chrono::Utc::now().date_naive());
    days.sort_unstable();
    days.dedup();
    // A fixed sequence spreads the questions and makes a fault repeatable.
    let mut seed: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut pick = |length: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap_or(0).checked_rem(length).unwrap_or(0)
    };
    let mut asked = 0;
    for _ in 0..QUESTIONS {
        let (Some(user), Some(module), Some(day)) =
            (users.get(pick(users.len())), modules.get(pick(modules.len())), days.get(pick(days.len())))
        else {
            break;
        };
        let Some(action) = module.actions.get(pick(module.actions.len())) else { continue };
        let (plain, target) = match module.target {
            domain::grant::Target::None => (domain::access::slow::SlowTarget::None, Some(TargetIx::None)),
            domain::grant::Target::Worker => {
                let Some(worker) = workers.get(pick(workers.len())) else { continue };
                (domain::access::slow::SlowTarget::Worker(*worker), model.worker(*worker).map(TargetIx::Worker))
            }
            domain::grant::Target::Object => {
                let Some(object) = objects.get(pick(objects.len())) else { continue };
                if model.object_type(&object.object_type) != model.module(&module.code) {
                    continue;
                }
                (domain::access::slow::SlowTarget::Object(object.id), model.object(object.id).map(TargetIx::Object))
            }
            domain::grant::Target::Area => {
                let Some(area) = areas.get(pick(areas.len())) else { continue };
                (domain::access::slow::SlowTarget::Area(*area), model.area(*area).map(TargetIx::Area))
            }
        };
        let resolved = model.user(*user).zip(model.module(&module.code)).zip(target);
        let Some(((user_ix, module_ix), target)) = resolved else {
            report.fault(format!("model: user {user} or a target is not known"));
            continue;
        };
        let Some(action_ix) = model.action(module_ix, action) else {
            report.fault(format!("model: {}:{action} is not known", module.code));
            continue;
        };
        let question = Question {
            user: user_ix,
            module: module_ix,
            action: action_ix,
            target,
            day: domain::window::day_number(*day),
        };
        asked += 1;
        let (fast, slow) = (model.decide(&question), company.decide(*user, &module.code, action, plain, *day));
        if fast != slow {
            report.fault(format!(
                "model: user {user}, {}:{action}, {plain:?}, {day}: {} instead of {}",
                module.code, fast.code, slow.code
            ));
        }
    }
    report.lines.push(format!("rights model: {asked} questions compared"));
    let mut recorded = 0;
    for _ in 0..WAGE_QUESTIONS {
        let (Some(user), Some(worker), Some(wage_type), Some(day)) = (
            users.get(pick(users.len())),
            workers.get(pick(workers.len())),
            wage_types.get(pick(wage_types.len())),
            days.get(pick(days.len())),
        ) else {
            break;
        };
        let asking = pick(2) == 0;
        let known = model.user(*user).zip(model.worker(*worker)).zip(model.wage_type(*wage_type));
        let Some(((user_ix, worker_ix), wage_type_ix)) = known else {
            report.fault(format!("model: user {user}, worker {worker} or wage type {wage_type} is not known"));
            continue;
        };
        recorded += 1;
        let fast = model.decide_wage(&WageQuestion {
            user: user_ix,
            worker: worker_ix,
            claim: WageClaim::some(wage_type_ix, asking),
            day: domain::window::day_number(*day),
        });
        let slow = company.decide_wage(*user, *worker, *wage_type, asking, *day);
        if fast != slow {
            report.fault(format!(
                "P-07: user {user}, worker {worker}, wage type {wage_type}, {day}: {fast} instead of {slow}"
            ));
        }
    }
    if recorded > 0 {
        report.lines.push(format!("wage types: {recorded} questions compared"));
    }
    Ok(())
}

//! One decision in process, by 16-byte ids, on Casbin's own access sets: small, medium, large;
//! allow and deny apart. In batches over spread ids, so that the clock is not what is measured.
#![allow(missing_docs, reason = "criterion's macros make undocumented items")]

use bench::{casbin_set, may_read, object_id, user_id};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;

/// Questions of one batch.
const BATCH: usize = 1_000;

fn decisions(criterion: &mut Criterion) {
    for (name, roles, users) in [("small", 100, 1_000), ("medium", 1_000, 10_000), ("large", 10_000, 100_000)] {
        let model = casbin_set(roles, users);
        let mut group = criterion.benchmark_group(name);
        group.throughput(Throughput::Elements(BATCH as u64));
        for (answer, shift) in [("allow", 0), ("deny", 1)] {
            let questions: Vec<_> = (0..BATCH)
                .map(|n| {
                    let user = n.wrapping_mul(7_919) % users;
                    (user_id(user), object_id((user / 100 + shift) % (roles / 10)))
                })
                .collect();
            group.bench_function(answer, |bencher| {
                bencher.iter(|| {
                    questions.iter().filter(|(user, object)| black_box(may_read(&model, *user, *object))).count()
                });
            });
        }
        group.finish();
    }
}

criterion_group!(benches, decisions);
criterion_main!(benches);

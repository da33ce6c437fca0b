//! What a draw and a variate cost: `cargo bench --bench draws`.
//!
//! Every benchmark reports elements per second, so the time of one draw is its inverse.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use fleetsim::engine::distribution::{Distribution, bernoulli};
use fleetsim::engine::draw::Draws;

const COLUMN: usize = 4_096;

fn draws(c: &mut Criterion) {
    let draws = Draws::new(42, 0, "bench");
    let mut group = c.benchmark_group("draw");
    let mut entity = 0;
    group.throughput(Throughput::Elements(1));
    group.bench_function("at", |b| {
        b.iter(|| {
            entity += 7;
            draws.at(3, black_box(entity), 1)
        })
    });

    group.throughput(Throughput::Elements(COLUMN as u64));
    let mut column = vec![0; COLUMN];
    group.bench_function("fill", |b| b.iter(|| draws.fill(3, 1, 0, black_box(&mut column))));

    let items: Vec<(u64, u64)> = (0..COLUMN as u64).map(|i| (i * 7_919 % 100_003, i % 180)).collect();
    let mut out = Vec::new();
    group.bench_function("batch", |b| b.iter(|| draws.batch(3, black_box(&items), &mut out)));
    group.finish();
}

fn distributions() -> Vec<(&'static str, Distribution)> {
    let distribution =
        |name, distribution: Result<Distribution, _>| (name, distribution.expect("valid parameters"));
    vec![
        distribution("constant", Distribution::constant(600_000)),
        distribution("uniform", Distribution::uniform(0, 86_400_000)),
        distribution("exponential", Distribution::exponential(600_000.0)),
        distribution("lognormal", Distribution::lognormal_median_p95(600_000.0, 3_600_000.0)),
        distribution("triangular", Distribution::triangular(60_000, 600_000, 3_600_000)),
        distribution("empirical", Distribution::empirical((0..1_000).map(|i| i * i).collect())),
    ]
}

fn samples(c: &mut Criterion) {
    let mut column = vec![0; COLUMN];
    Draws::new(42, 0, "bench").fill(3, 1, 0, &mut column);
    let mut group = c.benchmark_group("sample");
    group.throughput(Throughput::Elements(COLUMN as u64));
    for (name, distribution) in distributions() {
        let distribution = black_box(distribution);
        group.bench_function(name, |b| {
            b.iter(|| column.iter().map(|&draw| distribution.sample(draw)).fold(0, i64::wrapping_add))
        });
    }
    let p = black_box(0.8);
    group.bench_function("bernoulli", |b| {
        b.iter(|| column.iter().filter(|&&draw| bernoulli(draw, p)).count())
    });
    group.finish();
}

criterion_group!(benches, draws, samples);
criterion_main!(benches);

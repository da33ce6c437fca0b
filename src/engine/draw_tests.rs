use super::*;

/// A decision number; the real ones belong to the model.
const DECISION: u16 = 3;

#[test]
fn golden_draws() {
    // From an independent implementation (Python, hashlib). These may never change: every result
    // that was ever published with a seed depends on them.
    for (seed, replication, scope, decision, entity, ordinal, draw) in [
        (0, 0, "", 0, 0, 0, 0xb863_2da3_9f2e_51e0),
        (1, 0, "office", 0, 0, 0, 0xa827_33a5_d6b0_0052),
        (42, 7, "office", 3, 5, 1, 0xa38d_3ac9_d3cf_a50c),
        (42, 7, "laboratory", 3, 1_000_003, 179, 0x9596_05ac_e870_61bf),
        (u64::MAX, u64::MAX, "Zürich", 65_535, u64::MAX, (1 << 48) - 1, 0xd848_2cb9_eb33_0f1e),
        (20_260_101, 12, "field laptops", 17, 9_999_999, 720, 0xca69_f62d_93cf_75c3),
    ] {
        let draws = Draws::new(seed, replication, scope);
        assert_eq!(draws.at(decision, entity, ordinal), draw, "seed {seed}, scope {scope:?}");
    }
    assert_eq!(name_key("office"), 0x6072_ba38_28f8_c35c);
}

#[test]
fn the_block_function_is_that_of_rand_chacha() {
    let mut source = ChaCha8Rng::seed_from_u64(20_260_101);
    for _ in 0..1_000 {
        let mut seed = [0; 32];
        source.fill_bytes(&mut seed);
        let key = std::array::from_fn(|i| {
            u32::from_le_bytes([seed[4 * i], seed[4 * i + 1], seed[4 * i + 2], seed[4 * i + 3]])
        });
        // All 64 bits of the stream; a block counter as large as 2^61 entities need.
        let (stream, counter) = (source.next_u64(), source.next_u64() >> 3);

        let block = chacha::blocks([&key], &[counter], &[stream]);
        let mut reference = ChaCha8Rng::from_seed(seed);
        reference.set_stream(stream);
        reference.set_word_pos(u128::from(counter) * chacha::BLOCK_WORDS as u128);
        let expected: [u32; chacha::BLOCK_WORDS] = std::array::from_fn(|_| reference.next_u32());
        assert_eq!(block.map(|[word]| word), expected, "key {key:?}, counter {counter}, stream {stream}");
    }
}

#[test]
fn one_draw_a_column_and_a_batch_read_the_same_words() {
    let draws = Draws::new(42, 1, "office");
    for first in [0, 1, 7, 8, 31, 1_000_003, u64::MAX / 2 - 50, u64::MAX - 99] {
        for ordinal in [0, 1, (1 << 48) - 1] {
            let mut column = [0; 100];
            draws.fill(DECISION, ordinal, first, &mut column);
            let single: Vec<u64> = (0..100).map(|i| draws.at(DECISION, first + i, ordinal)).collect();
            assert_eq!(column.as_slice(), single, "column from {first}, ordinal {ordinal}");
        }
    }
}

#[test]
fn a_batch_of_any_length_keeps_the_order_of_its_items() {
    let draws = Draws::new(42, 1, "office");
    let mut source = ChaCha8Rng::seed_from_u64(7);
    let mut out = vec![99; 3];
    for len in 0..40 {
        let items: Vec<(u64, u64)> = (0..len).map(|_| (source.next_u64(), source.next_u64() >> 16)).collect();
        draws.batch(DECISION, &items, &mut out);
        let single: Vec<u64> = items.iter().map(|&(e, o)| draws.at(DECISION, e, o)).collect();
        assert_eq!(out, single);
    }
}

#[test]
fn eight_draws_may_come_from_eight_scopes() {
    let scopes: Vec<Draws> = (0..LANES as u64).map(|i| Draws::new(42, i, "office")).collect();
    let items = std::array::from_fn(|i| (&scopes[i], 1_000_003 * i as u64, 7 + i as u64));
    assert_eq!(eight(DECISION, items), items.map(|(draws, e, o)| draws.at(DECISION, e, o)));
}

#[test]
fn every_part_of_the_address_matters() {
    let address = |seed, replication, scope: &str, decision, entity, ordinal| {
        Draws::new(seed, replication, scope).at(decision, entity, ordinal)
    };
    let all = [
        address(1, 2, "office", 3, 4, 5),
        address(2, 2, "office", 3, 4, 5),
        address(1, 3, "office", 3, 4, 5),
        address(2, 1, "office", 3, 4, 5),
        address(1, 2, "Office", 3, 4, 5),
        address(1, 2, "office", 4, 4, 5),
        address(1, 2, "office", 3, 5, 5),
        address(1, 2, "office", 3, 12, 5),
        address(1, 2, "office", 3, 4, 6),
        address(1, 2, "office", 5, 4, 3),
    ];
    let different: std::collections::BTreeSet<u64> = all.into_iter().collect();
    assert_eq!(different.len(), all.len());
}

#[test]
#[should_panic(expected = "more than 48 bits")]
fn an_ordinal_cannot_run_into_the_decision() {
    Draws::new(1, 0, "office").at(DECISION, 0, 1 << 48);
}

/// Columns of 100,000 draws, shifted to have mean 0 and known variance 1/12.
fn column(draws: &Draws, decision: u16, ordinal: u64) -> Vec<f64> {
    let mut column = vec![0; 100_000];
    draws.fill(decision, ordinal, 0, &mut column);
    column.into_iter().map(|draw| draw as f64 / 18_446_744_073_709_551_616.0 - 0.5).collect()
}

/// Asserts |r| < 4 / sqrt(n), four standard errors. About 100 fixed pairs are tried in all, so an
/// unlucky seed would be seen with probability 0.006, once, and not come and go.
fn assert_uncorrelated(a: &[f64], b: &[f64], what: &str) {
    let n = a.len() as f64;
    let r = 12.0 * a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>() / n;
    assert!(r.abs() < 4.0 / n.sqrt(), "{what}: correlation {r}");
}

#[test]
fn neighbouring_addresses_are_uncorrelated() {
    let columns: Vec<_> = (0..64).map(|seed| column(&Draws::new(seed, 0, "office"), DECISION, 0)).collect();
    for (seed, pair) in columns.windows(2).enumerate() {
        assert_uncorrelated(&pair[0], &pair[1], &format!("seeds {seed} and {}", seed + 1));
    }
    let base = &columns[42];
    let draws = Draws::new(42, 0, "office");
    for near in 1..10 {
        let name = |what| format!("{what} {near} away");
        assert_uncorrelated(
            base,
            &column(&Draws::new(42, near, "office"), DECISION, 0),
            &name("replication"),
        );
        assert_uncorrelated(base, &column(&draws, DECISION, near), &name("ordinal"));
        assert_uncorrelated(base, &column(&draws, DECISION + near as u16, 0), &name("decision"));
        let lag = near as usize;
        assert_uncorrelated(&base[lag..], &base[..base.len() - lag], &name("entity"));
    }
}

//! What loading, one question and all interfaces × `internet` cost, by the size of the network.
#![expect(clippy::panic, reason = "a benchmark that cannot run shall say why")]

mod generated;

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use deguchi::{
    difference, expectation,
    ingest::{self, File},
    question,
};
use deguchi_engine::{
    AddressSet, Destination, DestinationBasis, Engine, Ports, Query, Source, Traffic, Verdict,
    fix::{MonthlyCosts, search},
    source_classes,
};
use deguchi_model::{Network, RouteTarget};

const SIZES: [(usize, usize); 4] = [(100, 50), (1_000, 50), (5_000, 50), (5_000, 5_000)];

const EXPECTATIONS: &str = "expect = [
  \"app-* reaches 198.51.100.80:443\",
  \"app-* never reaches internet:22\",
  \"internet never reaches app-*\",
]";

/// The same network without the default route of the first VPC's protected subnets.
fn changed(files: &[File]) -> Network {
    let mut network = load(files);
    let table = network.route_tables.values_mut().find(|table| table.is_main);
    if let Some(table) = table {
        table.routes.retain(|route| !matches!(route.target, RouteTarget::NatGateway(_)));
    }
    network
}

/// A query of a machine whose way out is gone.
fn queries_without_route(network: &Network) -> Vec<Query> {
    let table = network.route_tables.values().find(|table| {
        table.is_main && table.routes.iter().all(|route| !matches!(route.target, RouteTarget::NatGateway(_)))
    });
    let interfaces = network.network_interfaces.values().filter(|it| table.is_some_and(|table| table.vpc == it.vpc));
    let engine = Engine::new(network);
    let query = |interface: &deguchi_model::NetworkInterface| {
        let address = interface.addresses.first()?.private;
        let query = Query {
            source: Source::Interface { interface: interface.id.clone(), address: address.into() },
            destination: internet(),
            traffic: Traffic::Tcp(Ports::to(443)),
        };
        (engine.answer(&query).verdict == Verdict::Unreachable).then_some(query)
    };
    let queries: Vec<Query> = interfaces.filter_map(query).take(1).collect();
    if queries.is_empty() {
        panic!("no machine has lost its way");
    }
    queries
}

fn load(files: &[File]) -> Network {
    ingest::from_files(files.to_vec()).unwrap_or_else(|error| panic!("{error:?}")).network
}

fn internet() -> Destination {
    Destination {
        addresses: AddressSet::public_ipv4(),
        basis: DestinationBasis::Exact,
        within: Vec::new(),
        request: None,
    }
}

/// Every class of interfaces asked for the internet: what a fleet's table costs.
fn all_by_class(network: &Network) -> usize {
    let engine = Engine::new(network);
    source_classes(network)
        .into_iter()
        .map(|class| {
            let (interface, address) = class.representative;
            let source = Source::Interface { interface: interface.id.clone(), address };
            let query = Query { source, destination: internet(), traffic: Traffic::Tcp(Ports::to(443)) };
            black_box(engine.answer(&query));
            class.members.len()
        })
        .sum()
}

/// Every interface asked for the internet, one by one.
fn all_one_by_one(network: &Network) -> usize {
    let engine = Engine::new(network);
    let with_address =
        network.network_interfaces.values().filter_map(|interface| Some((interface, interface.primary_address()?)));
    with_address
        .map(|(interface, address)| {
            let source = Source::Interface { interface: interface.id.clone(), address };
            let query = Query { source, destination: internet(), traffic: Traffic::Tcp(Ports::to(443)) };
            black_box(engine.answer(&query));
        })
        .count()
}

fn scale(criterion: &mut Criterion) {
    for (instances, rules) in SIZES {
        let mut group = criterion.benchmark_group(format!("{instances} instances, {rules} rules"));
        group.sample_size(10);
        let files = generated::snapshot(generated::Size { instances, rules });
        let network = load(&files);
        group.bench_function("load", |bencher| bencher.iter(|| load(black_box(&files))));
        for destination in ["198.51.100.80:443", "internet"] {
            group.bench_with_input(BenchmarkId::new("why, index and all", destination), destination, |bencher, to| {
                bencher.iter(|| {
                    let engine = Engine::new(&network);
                    let options = question::Options::default();
                    let question = question::resolve(&network, "app-42", to, &options);
                    let question = question.unwrap_or_else(|error| panic!("{error:?}"));
                    question.alternatives.iter().map(|one| engine.answer(&one.query)).collect::<Vec<_>>()
                });
            });
        }
        group.bench_function("all interfaces to internet, by class", |bencher| bencher.iter(|| all_by_class(&network)));
        let changed = changed(&files);
        group.bench_function("diff, a route gone in one VPC", |bencher| {
            bencher.iter(|| difference::between((&network, "before"), (&changed, "after")).exit_code());
        });
        let queries = queries_without_route(&changed);
        let costs = MonthlyCosts { nat_gateway: 45.0, public_address: 3.65 };
        group.bench_function("fixes, a route gone in one VPC", |bencher| {
            bencher.iter(|| black_box(search(&changed, &queries, &costs)).plans.len());
        });
        let expectations = expectation::file::parse(EXPECTATIONS).unwrap_or_else(|error| panic!("{error:?}"));
        group.bench_function("check, three expectations of all machines", |bencher| {
            bencher.iter(|| expectation::judge::judge(&network, "file", expectations.clone()).map(|it| it.exit_code()));
        });
        if rules <= 50 {
            group.bench_function("all interfaces to internet, one by one", |bencher| {
                bencher.iter(|| all_one_by_one(&network));
            });
        }
        group.finish();
    }
}

criterion_group!(benches, scale);
criterion_main!(benches);

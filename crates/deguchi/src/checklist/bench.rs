//! What the items are judged with: the machine, its way out, and the engine's answers to a few questions.

use deguchi_engine::{Answer, Engine, Place, Query, SubnetKind, Verdict, classify_subnet};
use deguchi_model::{
    Instance, NatGateway, NatGatewayState, Network, NetworkInterface, Route, RouteState, RouteTable, RouteTarget,
    VpcEndpoint, VpcEndpointKind,
};

use super::Asked;
use crate::{
    error::Error,
    question::{self, Alternative, Machine, Options, Question},
    report::{Blocker, Part},
};

/// What the items are judged with.
pub(super) struct Bench<'n> {
    /// The network.
    pub(super) network: &'n Network,
    /// The machine.
    pub(super) machine: Machine<'n>,
    /// Its route table; `None` where the snapshot lacks it.
    pub(super) table: Option<&'n RouteTable>,
    /// Its default route.
    pub(super) default_route: Option<&'n Route>,
    /// Its subnet's kind.
    pub(super) kind: SubnetKind,
    /// To its repositories; `None` where there are none (Windows).
    pub(super) repositories: Option<Probe>,
    /// To any public address by HTTPS.
    pub(super) https: Probe,
    /// To the API that was asked for.
    pub(super) api: Probe,
    /// Whether an API was asked for, so that its name means something.
    is_api_named: bool,
    /// To any public address by ping.
    pub(super) ping: Probe,
    /// To S3 on 443 and 80.
    pub(super) s3: [Probe; 2],
    /// To the bucket that was asked for, by the machine's role.
    pub(super) bucket: Option<Probe>,
}

/// One question and its answers.
pub(super) struct Probe {
    /// What is asked, for people: `https`, `yum`, `ping`.
    pub(super) label: String,
    /// The question.
    pub(super) question: Question,
    /// One answer for each of its alternatives.
    pub(super) answers: Vec<Answer>,
}

/// What stands at the end of the default route.
pub(super) enum Nat<'n> {
    /// A NAT gateway.
    Gateway(&'n NatGateway),
    /// An instance's interface.
    Instance(&'n Instance, &'n NetworkInterface),
    /// A NAT gateway or interface that the snapshot lacks, by its id.
    Missing(String),
}

impl<'n> Bench<'n> {
    pub(super) fn new(network: &'n Network, asked: &Asked) -> Result<Self, Error> {
        let options = &Options { os: asked.os.clone(), ..Options::default() };
        let machine = question::machine(network, &asked.source, &mut Vec::new())?;
        let interface = machine.interface;
        let subnet = network.subnets.get(&interface.subnet);
        let classified = subnet.map(|subnet| classify_subnet(network, subnet));
        let table = classified.as_ref().and_then(|of| of.table).and_then(|(id, _)| network.route_tables.get(id));
        let (kind, default_route) = match &classified {
            Some(of) if of.ipv4.is_some() => (of.ipv4, of.ipv4_route),
            Some(of) => (of.ipv6, of.ipv6_route),
            None => (None, None),
        };
        let engine = Engine::new(network);
        let source = machine.pinned.map_or_else(|| interface.id.to_string(), |address| address.to_string());
        let probe = |label: &str, destination: &str| Probe::new(&engine, (&source, destination), label, options);
        let api = asked.api.as_deref();
        let api_asked = api.unwrap_or("https://any.example");
        let bucket = asked.bucket.as_ref().map(|bucket| {
            let name = bucket.strip_prefix("s3://").unwrap_or(bucket);
            probe(name, &format!("s3://{name}"))
        });
        Ok(Self {
            network,
            machine,
            table,
            default_route,
            kind: kind.unwrap_or(SubnetKind::Unknown),
            repositories: probe("yum", "yum").ok(),
            https: probe("https", "internet")?,
            api: probe(api.unwrap_or("https"), api_asked)?,
            is_api_named: api.is_some(),
            ping: probe("ping", "icmp:internet")?,
            s3: [probe("s3:443", "s3:443")?, probe("s3:80", "s3:80")?],
            bucket: bucket.transpose()?,
        })
    }

    /// The questions whose destinations have names, the repositories first.
    pub(super) fn named(&self) -> Vec<&Probe> {
        let api = Some(&self.api).filter(|_| self.is_api_named);
        let all = [self.repositories.as_ref(), api, self.bucket.as_ref(), self.s3.first()].into_iter().flatten();
        all.filter(|probe| probe.question.alternatives.iter().any(|each| !each.hosts.is_empty())).collect()
    }

    /// The gateway endpoint for S3 that serves the machine's route table.
    pub(super) fn s3_endpoint(&self) -> Option<&'n VpcEndpoint> {
        let serves = |endpoint: &&VpcEndpoint| {
            let mut routes = self.table.into_iter().flat_map(|table| &table.routes);
            routes.any(|route| matches!(&route.target, RouteTarget::VpcEndpoint(id) if *id == endpoint.id))
        };
        self.s3_endpoints().find(serves)
    }

    /// The gateway endpoints for S3 of the machine's VPC.
    pub(super) fn s3_endpoints(&self) -> impl Iterator<Item = &'n VpcEndpoint> {
        let vpc = &self.machine.interface.vpc;
        self.network.vpc_endpoints.values().filter(move |endpoint| {
            let is_gateway = matches!(endpoint.kind, VpcEndpointKind::Gateway { .. });
            endpoint.vpc == *vpc && is_gateway && endpoint.service_name.ends_with(".s3")
        })
    }

    /// The packets to S3 by HTTPS.
    pub(super) fn s3_query(&self) -> Option<&Query> {
        self.s3.first()?.question.alternatives.first().map(|alternative| &alternative.query)
    }

    /// The Region of the machine's VPC, where the snapshot tells it.
    pub(super) fn region(&self) -> Option<String> {
        question::region_of(self.network, Some(&self.machine.interface.vpc))
    }

    /// What NAT the default route names; `None` where it names none.
    pub(super) fn routed_nat(&self) -> Option<Nat<'n>> {
        let target = &self.default_route?.target;
        let of_interface = |interface: &'n NetworkInterface| {
            let instance = interface.attachment.as_ref()?.instance.as_ref()?;
            Some(Nat::Instance(self.network.instances.get(instance)?, interface))
        };
        match target {
            RouteTarget::NatGateway(id) => Some(match self.network.nat_gateways.get(id) {
                Some(gateway) => Nat::Gateway(gateway),
                None => Nat::Missing(id.to_string()),
            }),
            RouteTarget::NetworkInterface(id) => {
                let found = self.network.network_interfaces.get(id).and_then(of_interface);
                Some(found.unwrap_or_else(|| Nat::Missing(id.to_string())))
            }
            RouteTarget::Instance(id) => {
                let first = self.network.instances.get(id).and_then(|instance| instance.interfaces.first());
                let interface = first.and_then(|first| self.network.network_interfaces.get(&first.interface));
                Some(interface.and_then(of_interface).unwrap_or_else(|| Nat::Missing(id.to_string())))
            }
            _ => None,
        }
    }

    /// The NATs to look at: the one that is routed to; else those that packets meet farther on, in a central egress VPC
    /// (TG-5); else every NAT gateway of the VPC that is not gone.
    pub(super) fn nats(&self) -> Vec<Nat<'n>> {
        if let Some(nat) = self.routed_nat() {
            return vec![nat];
        }
        let met = self.nats_met();
        if !met.is_empty() {
            return met;
        }
        let vpc = &self.machine.interface.vpc;
        let gateways = self.network.nat_gateways.values();
        gateways
            .filter(|gateway| gateway.vpc == *vpc && gateway.state != NatGatewayState::Deleted)
            .map(Nat::Gateway)
            .collect()
    }

    /// The NATs on the ways of HTTPS.
    fn nats_met(&self) -> Vec<Nat<'n>> {
        let ways = self.https.answers.iter().flat_map(|answer| &answer.ways);
        let mut places: Vec<&Place> = Vec::new();
        for hop in ways.flat_map(|way| &way.hops) {
            if matches!(hop.place, Place::NatGateway(_) | Place::NatInstance(_)) && !places.contains(&&hop.place) {
                places.push(&hop.place);
            }
        }
        let nat = |place: &Place| match place {
            Place::NatGateway(id) => self.network.nat_gateways.get(id).map(Nat::Gateway),
            Place::NatInstance(id) => {
                let instance = self.network.instances.get(id)?;
                let first = &instance.interfaces.first()?.interface;
                Some(Nat::Instance(instance, self.network.network_interfaces.get(first)?))
            }
            _ => None,
        };
        places.into_iter().filter_map(nat).collect()
    }

    /// Whether packets leave without a NAT: straight by an internet gateway.
    pub(super) fn goes_out_directly(&self) -> bool {
        let is_direct = matches!(
            self.default_route.map(|route| &route.target),
            Some(RouteTarget::InternetGateway(_) | RouteTarget::EgressOnlyInternetGateway(_))
        );
        is_direct && self.default_route.is_some_and(|route| route.state == RouteState::Active)
    }
}

impl Probe {
    fn new(
        engine: &Engine<'_>,
        (source, destination): (&str, &str),
        label: &str,
        options: &Options,
    ) -> Result<Self, Error> {
        let question = question::resolve(engine.network(), source, destination, options)?;
        let answers = question.alternatives.iter().map(|each| engine.answer(&each.query)).collect();
        Ok(Self { label: label.to_owned(), question, answers })
    }

    /// Its alternatives with their answers.
    pub(super) fn answered(&self) -> impl Iterator<Item = (&Alternative, &Answer)> {
        self.question.alternatives.iter().zip(&self.answers)
    }

    /// What stops its packets, tied to what a sentence needs.
    pub(super) fn blockers(&self, network: &Network) -> Vec<Blocker> {
        self.answered().flat_map(|(alternative, answer)| Part::new(network, alternative, answer).blockers).collect()
    }

    /// Whether every alternative has this verdict.
    pub(super) fn is(&self, verdict: Verdict) -> bool {
        self.answers.iter().all(|answer| answer.verdict == verdict)
    }
}

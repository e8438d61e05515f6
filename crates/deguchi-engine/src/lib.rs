//! What can reach what in an AWS network, and why.
//!
//! A [`Query`] asks about a set of packets; [`Engine::answer`] walks it out and back and returns an [`Answer`].
//! Every step splits the set exactly: the ways of an answer are disjoint and together are the query.
//! Leaves out reading a network, and putting an answer into words. Nothing here touches a file, a clock, the
//! environment or a network: the crate has no `std`. It cannot fail: what it does not know is undecided.
#![no_std]

extern crate alloc;

pub mod address_set;
mod answer;
pub mod change;
mod class;
mod comparison;
mod effective_routes;
mod filter;
pub mod fix;
mod header;
mod index;
mod packet_part;
pub mod packet_set;
pub mod policy;
mod query;
mod reason;
pub mod resolution;
mod route;
mod rule_table;
mod stand_in;
mod subnet_kind;
mod transit_route;
mod walk;

pub use address_set::AddressSet;
pub use answer::{Answer, Decision, HeaderView, Hop, InterfaceRole, Outcome, Place, PortsView, Verdict, Way};
pub use class::{SourceClass, source_classes};
pub use comparison::Comparison;
pub use effective_routes::{EffectiveRoute, EffectiveRoutes, effective_routes};
pub use packet_part::{Limit, PacketPart};
pub use query::{Destination, DestinationBasis, Ports, Query, RequestCaller, ServiceRequest, Source, Traffic};
pub use reason::{
    Assumption, Code, Evidence, Gap, Heading, InspectionGap, LoadBalancerGap, Missing, NameGap, Reason, Resource,
    RuleReference, TransitGatewayGap,
};
pub use rule_table::{FieldMatch, RuleEffect, RuleRow};
pub use subnet_kind::{SubnetClassification, SubnetKind, TableAssociation, classify_subnet};
pub use walk::Engine;

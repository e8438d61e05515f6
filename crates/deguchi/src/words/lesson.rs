//! What the files that `deguchi new` writes explain, each where it applies; the words are in `lesson_english.rs` and
//! `lesson_japanese.rs`.

use super::{lesson_english, lesson_japanese};
use crate::language::Language;

/// A comment that teaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lesson {
    Overview,
    Zones,
    Ranges,
    Image,
    Dns,
    InternetGateway,
    Public,
    Protected,
    Private,
    DefaultGroup,
    Gateway,
    GatewayPerZone,
    RegionalGateway,
    Instance,
    InstanceClients,
    InstanceAddress,
    TwoInterfaces,
    SourceDestinationCheck,
    UserData,
    RouteToInterface,
    NatAddresses,
    Groups,
    WebGroup,
    AppGroup,
    Outbound,
    OutboundPing,
    NoSsh,
    DataGroup,
    OutboundToS3,
    Endpoint,
    EndpointPolicy,
    Role,
    VpnGateway,
    Machines,
    Script,
    ScriptForwarding,
    ScriptInstall,
    ScriptMasquerade,
    ScriptInsideRoute,
    Expectations,
    ExpectPublic,
    ExpectProtected,
    ExpectPrivate,
    TemplateOverview,
    TemplateImage,
    TemplatePrefixList,
    TemplateProtected,
    TemplateGroups,
    TemplateNothingOut,
    TemplateMachines,
    TemplateExpectations,
}

/// Returns the lines of a comment.
pub(crate) fn lines(lesson: Lesson, language: Language) -> impl Iterator<Item = &'static str> {
    let text = match language {
        Language::English => lesson_english::lesson(lesson),
        Language::Japanese => lesson_japanese::lesson(lesson),
    };
    text.lines()
}

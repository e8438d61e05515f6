//! Whether policies admit a request to S3: of the endpoint, the role, the bucket and the organization (IM-1 to IM-9, GE-7).
//!
//! Three-valued: what a snapshot does not decide is undecided, with the statement, key or document that is to blame.
//! Leaves out resource control policies, key policies, and S3's own Block Public Access (IM-7).

mod authorization;
mod condition;
mod context;
mod pattern;
mod statement;
mod truth;

pub use authorization::{
    Authorization, AuthorizationOutcome, CallerView, Layer, MissingPolicy, PolicyGap, PolicyOutcome, PolicyReference,
    PolicyVerdict, Refusal,
};
pub(crate) use authorization::{admit, authorize};
pub use context::{Caller, Context, Owner, RequestWay, RoleCaller};
pub use statement::StatementName;
pub use truth::Doubt;

use deguchi_model::PolicyDocument;

use self::{statement::Setting, truth::Truth};

/// Whether a policy of a VPC endpoint admits a request by itself: `None` where that is not known.
pub fn endpoint_admits(document: &PolicyDocument, context: &Context<'_>) -> Option<bool> {
    decided(document, context, Setting::Endpoint)
}

/// Whether a policy attached to an identity allows a request by itself: `None` where that is not known.
pub fn identity_allows(document: &PolicyDocument, context: &Context<'_>) -> Option<bool> {
    decided(document, context, Setting::Identity)
}

/// Whether a bucket's policy allows a request by itself: `None` where that is not known.
pub fn bucket_allows(document: &PolicyDocument, context: &Context<'_>) -> Option<bool> {
    decided(document, context, Setting::Bucket)
}

fn decided(document: &PolicyDocument, context: &Context<'_>, setting: Setting) -> Option<bool> {
    let judgement = statement::judge(document, context, setting);
    match judgement.allows.truth.and(judgement.denies.truth.not()) {
        Truth::Yes => Some(true),
        Truth::No => Some(false),
        Truth::Unknown(_) => None,
    }
}

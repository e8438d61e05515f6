//! In which region a VPC of the lab is, and under which domain AWS's services are there.

use deguchi_model::Vpc;

/// The region of a VPC; `us-east-1`, AWS's own default, where the snapshot does not say.
pub fn region_of(vpc: &Vpc) -> &str {
    vpc.region.as_ref().map_or("us-east-1", |region| region.as_str())
}

/// The domain of AWS's services in a region: China's partition has one of its own.
pub fn service_domain(region: &str) -> &'static str {
    if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" }
}
